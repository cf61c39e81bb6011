import { expect, test } from 'vitest';
import { type Arrivals, startsOf } from './arrivals.ts';

const HOUR = 3_600_000;
type Open = Exclude<Arrivals, { kind: 'closed' }>;

function variation(starts: readonly number[]): number {
  const gaps = starts.map((start, i) => start - (starts[i - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
}

test.for([
  [{ kind: 'constant', rate: 5 }, 18_000, 0],
  [{ kind: 'poisson', rate: 5 }, 18_000, 1],
  [{ kind: 'gamma', rate: 5, cv: 0.5 }, 18_000, 0.5],
  [{ kind: 'gamma', rate: 5, cv: 3 }, 18_000, 3],
] as [Open, number, number][])('%o: that many in an hour, gaps of that variation', ([arrivals, many, cv]) => {
  const starts = [...startsOf(arrivals, 7, HOUR)];
  expect(starts.length / many).toBeGreaterThan(0.93);
  expect(starts.length / many).toBeLessThan(1.07);
  expect(variation(starts)).toBeGreaterThan(cv * 0.9 - 1e-6);
  expect(variation(starts)).toBeLessThan(cv * 1.1 + 1e-6);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect([...startsOf(arrivals, 7, HOUR)]).toEqual(starts);
});

test('a step and a ramp change the rate when they are to', () => {
  const within = (starts: number[], from: number, to: number) =>
    starts.filter((start) => start >= from && start < to).length;
  const step = [...startsOf({ kind: 'step', rate: 10, to: 40, at: 30_000 }, 1, 60_000)];
  expect([within(step, 0, 30_000), within(step, 30_000, 60_000)].map((n) => Math.round(n / 10))).toEqual([
    30, 120,
  ]);
  const ramp = [...startsOf({ kind: 'ramp', rate: 10, to: 30 }, 1, 60_000)];
  expect(Math.round(within(ramp, 0, 60_000) / 100)).toBe(12);
  expect(within(ramp, 50_000, 60_000) / within(ramp, 0, 10_000)).toBeGreaterThan(2);
});

test.for([
  // At the rate at which they began, the first would come when nearly all is over.
  [{ kind: 'ramp', rate: 0.02, to: 20 }, 600],
  [{ kind: 'ramp', rate: 20, to: 0.02 }, 600],
  [{ kind: 'ramp', rate: 5, to: 5 }, 300],
  [{ kind: 'step', rate: 0.02, to: 20, at: 30_000 }, 600],
] as [Open, number][])('%o: as many come as the rate says, however few come at first', ([arrivals, many]) => {
  const came = [...startsOf(arrivals, 1, 60_000)].length;
  expect(Math.abs(came - many)).toBeLessThanOrEqual(2);
});

test('a trace is as it was recorded, as far as the run goes', () => {
  expect([...startsOf({ kind: 'trace', times: [0, 0, 500, 2_000] }, 1, 1_000)]).toEqual([0, 0, 500]);
});
