import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, createFramer, type Frame, type Framing } from './index.ts';

const HAZARDS = [
  'data: ',
  'data',
  'event: chunk',
  'id: 1',
  'retry: 3',
  'dat',
  '\n',
  '\n\n',
  ': c',
  '\ufeff',
  '👩‍👩‍👦',
  'é',
  '{"a":"b"}',
  '\0',
  ' ',
  ':',
];
const RETURNS = ['\r', '\r\n', '\r\r'];

const meaning = ({ event, data, comment, id }: Frame) => ({ event, data, comment, id });

/** What comes out when `input` is read in pieces that end at `cuts`, out of one buffer that is used again each time. */
function read(framing: Framing, input: Buffer, cuts: readonly number[]): ReturnType<typeof meaning>[] {
  const frames: ReturnType<typeof meaning>[] = [];
  const reader = createFrameReader(framing, (frame) => frames.push(meaning(frame)));
  const shared = Buffer.alloc(input.length + 2);
  for (const [i, end] of cuts.entries()) {
    const from = cuts[i - 1] ?? 0;
    shared.fill('\n');
    input.copy(shared, 1, from, end);
    reader.read(shared, 1, 1 + end - from);
  }
  return frames;
}

describe.each(['sse', 'ndjson'] as const)('%s', (framing) => {
  it.each([
    ['lines ended by LF', HAZARDS],
    ['CR among them', [...HAZARDS, ...RETURNS]],
  ])('reads what a framer reads, wherever it is cut: %s', (_, hazards) => {
    const words = fc.array(fc.oneof(fc.constantFrom(...hazards), fc.string({ maxLength: 4 })), {
      maxLength: 40,
    });
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(words, places, (texts, cuts) => {
        const input = Buffer.from(texts.join(''));
        const ends = cuts.map((place) => Math.floor(place * input.length)).sort((a, b) => a - b);
        const framer = createFramer(framing);
        expect(read(framing, input, [...ends, input.length])).toEqual(framer.push(input).map(meaning));
      }),
      { numRuns: 500 },
    );
  });
});

describe('sse', () => {
  it('gives out a frame as soon as its empty line is there', () => {
    const seen: string[] = [];
    const reader = createFrameReader('sse', ({ data }) => seen.push(data));
    const push = (text: string) => reader.read(Buffer.from(text), 0, Buffer.byteLength(text));
    push('data: a\n\ndata: b');
    expect(seen).toEqual(['a']);
    push('\r\n\r');
    expect(seen).toEqual(['a', 'b']);
    push('\ndata: c\n');
    push('\n');
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('says the bytes of a frame to who asks', () => {
    const seen: string[] = [];
    const reader = createFrameReader('sse', ({ bytes }) => seen.push(bytes.toString()));
    const text = 'id: 1\ndata: 🌊\n\n: x\n\n';
    reader.read(Buffer.from(text), 0, Buffer.byteLength(text));
    expect(seen).toEqual(['id: 1\ndata: 🌊\n\n', ': x\n\n']);
  });

  it('keeps nothing of what it was given', () => {
    const seen: string[] = [];
    const reader = createFrameReader('sse', ({ data }) => seen.push(data));
    const shared = Buffer.from('data: wav');
    reader.read(shared, 0, shared.length);
    shared.fill('x');
    const rest = Buffer.from('e\n\n');
    reader.read(rest, 0, rest.length);
    expect(seen).toEqual(['wave']);
  });
});
