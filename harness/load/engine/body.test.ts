import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Body } from './body.ts';

interface Read {
  status: number;
  text: string;
  complete: boolean;
  error?: string;
}

function read(pieces: readonly Buffer[]): Read {
  const result: Read = { status: 0, text: '', complete: false };
  const parts: Buffer[] = [];
  const body = new Body({
    head: (status) => {
      result.status = status;
    },
    bytes: (bytes, from, to) => parts.push(Buffer.from(bytes.subarray(from, to))),
    complete: () => {
      result.complete = true;
    },
  });
  try {
    for (const piece of pieces) body.push(piece);
  } catch (error) {
    result.error = (error as Error).message;
  }
  return { ...result, text: Buffer.concat(parts).toString('utf8') };
}

const CASES: [name: string, answer: string, expected: Read][] = [
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nkelp \r\n6\r\n🌊\r\n\r\n0\r\n\r\n',
    { status: 200, text: 'kelp 🌊\r\n', complete: true },
  ],
  [
    'chunks with extensions and trailers',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA;x=1\r\n0123456789\r\n0\r\nDigest: z\r\nMore: y\r\n\r\n',
    { status: 200, text: '0123456789', complete: true },
  ],
  [
    'chunks that break off',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nkelp \r\n',
    { status: 200, text: 'kelp ', complete: false },
  ],
  [
    'a length',
    'HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nkelp',
    { status: 201, text: 'kelp', complete: true },
  ],
  [
    'a length that is not reached',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nkelp',
    { status: 200, text: 'kelp', complete: false },
  ],
  ['nothing', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, text: '', complete: true }],
  [
    'a length of nothing',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    { status: 200, text: '', complete: true },
  ],
  [
    'up to the end of the connection',
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nkelp',
    { status: 200, text: 'kelp', complete: false },
  ],
  [
    'a chunk without a size',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n',
    { status: 200, text: '', complete: false, error: 'a chunk of the body has no size' },
  ],
  [
    'no HTTP',
    'SSH-2.0-x\r\n\r\n',
    { status: 0, text: '', complete: false, error: 'the answer is not HTTP/1.1' },
  ],
];

describe('the body of an answer', () => {
  test.for(CASES)('%s', ([, answer, expected]) => {
    const bytes = Buffer.from(answer);
    expect(read([bytes])).toEqual(expected);
    expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  test('is the same wherever its bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.array(fc.nat(400)), (texts, cuts) => {
        const chunks = texts.map((text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`).join('');
        const bytes = Buffer.from(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
        const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
        expect(read(pieces)).toEqual({ status: 200, text: texts.join(''), complete: true });
      }),
    );
  });
});
