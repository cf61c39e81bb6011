import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFramer, type Frame, type Framing } from './index.ts';

function frame(bytes: string, fields: Partial<Omit<Frame, 'bytes'>> = {}): Frame {
  return { bytes: Buffer.from(bytes), event: 'message', data: '', comment: false, ...fields };
}

/** Frames of `pieces` pushed one after the other, and what is left. */
function read(framing: Framing, pieces: readonly Uint8Array[]): { frames: Frame[]; rest: Buffer } {
  const framer = createFramer(framing);
  return { frames: pieces.flatMap((piece) => framer.push(piece)), rest: framer.rest() };
}

const meaning = ({ bytes: _, ...fields }: Frame) => fields;
const empty = { comment: true };

const SSE: [name: string, input: string, frames: Frame[], rest?: string][] = [
  [
    'an event',
    'event: chunk\nid: 7\ndata: a\n\n',
    [frame('event: chunk\nid: 7\ndata: a\n\n', { event: 'chunk', id: '7', data: 'a' })],
  ],
  [
    'two events',
    'data: a\n\ndata: b\n\n',
    [frame('data: a\n\n', { data: 'a' }), frame('data: b\n\n', { data: 'b' })],
  ],
  [
    'an event that is not finished',
    'data: a\n\ndata: b\n',
    [frame('data: a\n\n', { data: 'a' })],
    'data: b\n',
  ],
  [
    'CRLF',
    'data: a\r\n\r\ndata: b\r\n\r\n',
    [frame('data: a\r\n\r\n', { data: 'a' }), frame('data: b\r\n\r\n', { data: 'b' })],
  ],
  [
    'CR',
    'data: a\r\rdata: b\r\r',
    [frame('data: a\r\r', { data: 'a' }), frame('data: b\r\r', { data: 'b' })],
  ],
  [
    'all line ends mixed',
    'data: a\r\ndata: b\rdata: c\n\r\n',
    [frame('data: a\r\ndata: b\rdata: c\n\r\n', { data: 'a\nb\nc' })],
  ],
  ['LF CR, an empty line', 'data: a\n\r', [frame('data: a\n\r', { data: 'a' })]],
  [
    'CRLF, one line end and not two',
    'data: a\r\ndata: b\n\n',
    [frame('data: a\r\ndata: b\n\n', { data: 'a\nb' })],
  ],
  [
    'several data lines',
    'data: a\ndata\ndata: \ndata:  b\n\n',
    [frame('data: a\ndata\ndata: \ndata:  b\n\n', { data: 'a\n\n\n b' })],
  ],
  [
    'one leading space taken away, others kept',
    'data:a\ndata:  b \n\n',
    [frame('data:a\ndata:  b \n\n', { data: 'a\n b ' })],
  ],
  ['colons in the value', 'data: {"a":1}\n\n', [frame('data: {"a":1}\n\n', { data: '{"a":1}' })]],
  ['a comment', ': ping\n\n', [frame(': ping\n\n', empty)]],
  ['a comment within an event', ': ping\ndata: a\n\n', [frame(': ping\ndata: a\n\n', { data: 'a' })]],
  ['blank lines', '\n\r\n\r', [frame('\n', empty), frame('\r\n', empty), frame('\r', empty)]],
  [
    'fields that the standard does not know',
    'Data: a\ndatum: b\n\n',
    [frame('Data: a\ndatum: b\n\n', empty)],
  ],
  ['an empty event field', 'event:\ndata: a\n\n', [frame('event:\ndata: a\n\n', { data: 'a' })]],
  ['an empty id', 'id\ndata: a\n\n', [frame('id\ndata: a\n\n', { id: '', data: 'a' })]],
  ['an id alone, a cursor without an event', 'id: 9\n\n', [frame('id: 9\n\n', { id: '9' })]],
  ['an id with NUL, ignored', 'id: 1\nid: 2\0\n\n', [frame('id: 1\nid: 2\0\n\n', { id: '1' })]],
  ['retry, which is no comment', 'retry: 10\n\n', [frame('retry: 10\n\n')]],
  ['a byte order mark at the start', '\ufeffdata: a\n\n', [frame('\ufeffdata: a\n\n', { data: 'a' })]],
  [
    'a mark and nothing else on the line',
    '\ufeff\ndata: a\n\n',
    [frame('\ufeff\n', empty), frame('data: a\n\n', { data: 'a' })],
  ],
  ['a second mark, which is text', '\ufeff\ufeffdata: a\n\n', [frame('\ufeff\ufeffdata: a\n\n', empty)]],
  [
    'a mark later, which is text',
    'data: a\n\n\ufeffdata: b\n\ndata: \ufeffc\n\n',
    [
      frame('data: a\n\n', { data: 'a' }),
      frame('\ufeffdata: b\n\n', empty),
      frame('data: \ufeffc\n\n', { data: '\ufeffc' }),
    ],
  ],
  [
    'U+2028 and others that are no line ends',
    'data: a\u2028b\u0085c\u000bd\n\n',
    [frame('data: a\u2028b\u0085c\u000bd\n\n', { data: 'a\u2028b\u0085c\u000bd' })],
  ],
];

const NDJSON: typeof SSE = [
  [
    'lines',
    '{"a":1}\n{"b":2}\n',
    [frame('{"a":1}\n', { data: '{"a":1}' }), frame('{"b":2}\n', { data: '{"b":2}' })],
  ],
  ['CRLF', '{"a":1}\r\n', [frame('{"a":1}\r\n', { data: '{"a":1}' })]],
  ['a CR alone, which ends nothing', '"a"\r"b"\n', [frame('"a"\r"b"\n', { data: '"a"\r"b"' })]],
  [
    'empty lines',
    '\n \r\n"a"\n',
    [frame('\n', empty), frame(' \r\n', { data: ' ', comment: true }), frame('"a"\n', { data: '"a"' })],
  ],
  ['a line that is not finished', '"a"\n"b', [frame('"a"\n', { data: '"a"' })], '"b'],
  ['U+2028, which ends nothing', '"a\u2028b"\n', [frame('"a\u2028b"\n', { data: '"a\u2028b"' })]],
];

describe.each([
  ['sse', SSE],
  ['ndjson', NDJSON],
] as const)('%s', (framing, cases) => {
  it.each(cases)('reads %s', (_, input, frames, rest = '') => {
    const bytes = Buffer.from(input);
    expect(read(framing, [bytes])).toEqual({ frames, rest: Buffer.from(rest) });
  });

  it.each(cases)('reads %s byte by byte, to the same meaning', (_, input, frames) => {
    const pieces = [...Buffer.from(input)].map((byte) => Uint8Array.of(byte));
    const got = read(framing, pieces);
    expect(got.frames.map(meaning)).toEqual(frames.map(meaning));
    expect(Buffer.concat([...got.frames.map((each) => each.bytes), got.rest])).toEqual(Buffer.from(input));
  });

  it('keeps every byte, and means the same, wherever the input is cut', () => {
    const hazards = [
      'data: ',
      'id: 1',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      ': c',
      '\ufeff',
      '👩‍👩‍👦',
      'é',
      '{"a":"b"}',
      '\0',
      ' ',
    ];
    const inputs = fc.array(fc.oneof(fc.constantFrom(...hazards), fc.string({ unit: 'binary' })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        inputs,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        (words, places) => {
          const input = Buffer.from(words.join(''));
          const cuts = [
            0,
            ...places.map((place) => Math.floor(place * input.length)).sort((a, b) => a - b),
            input.length,
          ];
          const whole = read(framing, [input]);
          const cut = read(
            framing,
            cuts.slice(1).map((end, i) => input.subarray(cuts[i], end)),
          );
          expect(Buffer.concat([...cut.frames.map((each) => each.bytes), cut.rest])).toEqual(input);
          expect(Buffer.concat([...whole.frames.map((each) => each.bytes), whole.rest])).toEqual(input);
          expect(cut.frames.map(meaning)).toEqual(whole.frames.map(meaning));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps bytes that are no UTF-8', () => {
    const line = Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xc3, 0x0a]);
    const input = framing === 'sse' ? Buffer.concat([line, Buffer.from('\n')]) : line;
    const { frames } = read(framing, [input]);
    expect(frames.map((each) => each.bytes)).toEqual([input]);
    expect(frames[0]!.data.endsWith('\ufffd\ufffd')).toBe(true);
  });

  it('joins the bytes of a frame once, however small the pieces', () => {
    // A framer that joined at every push would copy 2^20 · 2^19 bytes here: until the time limit.
    const length = 2 ** 20;
    const framer = createFramer(framing);
    const piece = Buffer.from('x');
    framer.push(Buffer.from('data: '));
    for (let i = 0; i < length; i++) framer.push(piece);
    const [only] = framer.push(Buffer.from('\n\n'));
    expect(only!.bytes.length).toBeGreaterThan(length);
  });
});

describe('sse', () => {
  it('gives a frame out at the CR of its empty line, without waiting for an LF', () => {
    const framer = createFramer('sse');
    expect(framer.push(Buffer.from('data: a\r\n\r'))).toEqual([frame('data: a\r\n\r', { data: 'a' })]);
    expect(framer.push(Buffer.from('\ndata: b\r\n\r\n'))).toEqual([
      frame('\ndata: b\r\n\r\n', { data: 'b' }),
    ]);
  });
});
