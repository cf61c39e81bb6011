import { expect, test } from 'vitest';
import { Starvation } from './starvation.ts';

const starved = (...ticks: [from: number, to: number, ms: number][]) => {
  const starvation = new Starvation();
  for (const tick of ticks) starvation.add(...tick);
  return starvation;
};
const within = (starvation: Starvation, from: number, to: number, err = 0) =>
  starvation.within({ t: from, err }, { t: to, err });

test.each<[string, [number, number, number][], number]>([
  ['none', [], 0],
  ['one before', [[700, 1_000, 90]], 0],
  ['one that reaches into it', [[900, 1_100, 90]], 90],
  [
    'two within it, out of order',
    [
      [1_500, 1_750, 100],
      [1_200, 1_450, 250],
    ],
    350,
  ],
  ['one after it', [[2_000, 2_250, 90]], 0],
])('of a span: %s', (_, ticks, ms) => {
  expect(within(starved(...ticks), 1_000, 2_000)).toBe(ms);
});

test('the error of the clock is in doubt for the target', () => {
  expect(within(starved([700, 1_000, 90]), 1_000, 2_000, 5)).toBe(90);
});

test('what two saw is seen by both', () => {
  const one = starved([1_000, 1_250, 90]);
  one.merge(starved([1_250, 1_500, 60]));
  expect(within(one, 1_000, 2_000)).toBe(150);
});

test('the memory is flat, and nothing of it is let go', () => {
  const long = starved();
  for (let n = 0; n < 50_000; n++) long.add(n * 250, n * 250 + 250, 10);
  expect(long.size).toBeLessThanOrEqual(4_096);
  expect(within(long, 0, 50_000 * 250)).toBe(500_000);
  // 10 s of it, or as much as the spans at its edges tell besides.
  const some = within(long, 1_000_000, 1_010_000);
  expect(some).toBeGreaterThanOrEqual(400);
  expect(some).toBeLessThan(800);
});
