import { expect, test } from 'vitest';
import { isSlowed, type Piece, slowness, watchMachine } from './witness.ts';

/** A piece each 2 ms, of so many ms each. */
function pieces(...took: number[]): Piece[] {
  return took.map((took, n) => ({ from: 2 * n, to: 2 * n + 0.5, took }));
}

test('a machine that keeps its pace was never slow', () => {
  const seen = slowness(pieces(0.03, 0.031, 0.029, 0.06, 0.03));
  expect(seen).toEqual({ moments: [], share: 0, times: 1 });
  expect(isSlowed(seen, { from: 0, to: 10 })).toBe(false);
});

test.each([
  ['in between', pieces(0.03, 0.03, 0.3, 0.36, 0.03, 0.03, 0.03), [{ from: 2.5, to: 8 }]],
  [
    'twice',
    pieces(0.03, 0.3, 0.03, 0.3, 0.03, 0.03, 0.03),
    [1, 3].map((n) => ({ from: 2 * n - 1.5, to: 2 * n + 2 })),
  ],
  ['at first', pieces(0.3, 0.03, 0.03, 0.03), [{ from: 0, to: 2 }]],
  ['in the end', pieces(0.03, 0.03, 0.03, 0.3), [{ from: 4.5, to: 6.5 }]],
])('slow %s: from the last piece that was not to the next', (_where, seen, moments) => {
  const found = slowness(seen);
  expect(found.moments).toEqual(moments);
  expect(found.times).toBeGreaterThan(4);
  const lost = moments.reduce((sum, { from, to }) => sum + to - from, 0);
  expect(found.share).toBeCloseTo(lost / (seen.at(-1)!.to - seen[0]!.from));
});

test('a span is slowed where any of it falls into a slow moment', () => {
  const seen = slowness(pieces(0.03, 0.03, 0.3, 0.03, 0.03)); // 2.5 … 6
  expect(
    [
      { from: 0, to: 2.5 },
      { from: 0, to: 2.6 },
      { from: 3, to: 4 },
      { from: 5.9, to: 9 },
      { from: 6, to: 9 },
    ].map((span) => isSlowed(seen, span)),
  ).toEqual([false, true, true, true, false]);
});

test('it watches for as long as it is told to, in a process of its own', async () => {
  const witness = await watchMachine();
  const { share, times } = await witness.stop();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
  expect(times).toBeGreaterThanOrEqual(1);
});
