import { expect, test } from 'vitest';
import { Stalls } from './stalls.ts';

const stalled = (...spans: [from: number, to: number][]) => {
  const stalls = new Stalls();
  for (const [from, to] of spans) stalls.add(from, to);
  return stalls;
};

test.each<[string, [number, number][], end: number]>([
  ['none', [], 1_100],
  ['one before it', [[0, 90]], 1_100],
  ['one that reaches into it', [[0, 150]], 1_150],
  ['one within it', [[200, 300]], 1_200],
  ['one that reaches over its end', [[1_000, 3_000]], 3_100],
  ['one after it', [[1_200, 3_000]], 1_100],
  [
    'one that only the one before brings into it',
    [
      [900, 1_100],
      [1_200, 1_300],
    ],
    1_400,
  ],
  [
    'two that overlap, out of order',
    [
      [300, 500],
      [200, 400],
    ],
    1_400,
  ],
])('a second from 100 on, with stalls: %s', (_, spans, end) => {
  expect(stalled(...spans).after({ t: 100, err: 0 }, 1_000)).toEqual({ t: end, err: 0 });
});

test('where the clocks may be wrong, a stall at the edge counts', () => {
  const stalls = stalled([80, 90], [1_105, 1_205]);
  expect(stalls.after({ t: 100, err: 20 }, 1_000)).toEqual({ t: 1_210, err: 20 });
});

test('of very many no time is forgotten, and memory stays flat', () => {
  const stalls = new Stalls();
  for (let n = 0; n < 20_000; n++) stalls.add(n * 10, n * 10 + 2);
  expect(stalls.size).toBeLessThanOrEqual(2_048);
  expect(stalls.after({ t: 0, err: 0 }, 1_000).t).toBeGreaterThanOrEqual(1_200);
  expect(stalls.after({ t: 1_000_000, err: 0 }, 1_000).t).toBe(1_001_000);
});
