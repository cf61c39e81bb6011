import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitsCharacter, Transcript } from './transcript.ts';

function transcribe(deltas: string[]): Transcript {
  const transcript = new Transcript();
  for (const delta of deltas) transcript.append(delta);
  transcript.close();
  return transcript;
}

test.each([
  ['nothing', [], []],
  ['empty deltas count', ['', 'a', ''], ['', 'a', '']],
  ['a pair cut in two', ['a\ud83d', '\ude00b'], ['a', '😀b']],
  ['a half, an empty delta, the other half', ['\ud83d', '', '\ude00'], ['', '', '😀']],
  ['a high half that is never completed', ['a\ud83d', 'b'], ['a', '\ufffdb']],
  ['a low half on its own', ['\ude00a'], ['\ufffda']],
  ['two high halves', ['\ud83d', '\ud83d\ude00'], ['', '\ufffd😀']],
  ['a high half at the very end', ['a', '\ud83d'], ['a', '\ufffd']],
  ['NUL', ['a\0b'], ['a\ufffdb']],
])('%s', (_, deltas, chunks) => {
  const transcript = transcribe(deltas);
  expect(transcript.count).toBe(chunks.length);
  expect(chunks.map((_, i) => transcript.slice(transcript.lengthAfter(i), i + 1))).toEqual(chunks);
  expect(transcript.text).toBe(chunks.join(''));
});

test('however a text is cut, it comes out whole, well-formed after every chunk', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      (text, cuts) => {
        const sorted = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const transcript = transcribe(sorted.slice(1).map((end, i) => text.slice(sorted[i], end)));
        expect(transcript.text).toBe(text.replaceAll('\0', '\ufffd'));
        for (let count = 0; count <= transcript.count; count += 1) {
          const length = transcript.lengthAfter(count);
          expect(transcript.text.slice(0, length).isWellFormed()).toBe(true);
          const starts = Array.from({ length: length + 1 }, (_, start) => start);
          expect(starts.map((start) => transcript.slice(start, count))).toEqual(
            starts.map((start) => transcript.text.slice(start, length)),
          );
        }
      },
    ),
  );
});

test('a cut between the halves of a character is told from any other', () => {
  expect([0, 1, 2, 3, 4].map((position) => splitsCharacter('a😀b', position))).toEqual([
    false,
    false,
    true,
    false,
    false,
  ]);
});
