import { describe, expect, test } from 'vitest';
import { constantPace, profileLength, profilePace } from './pace.ts';
import { LENGTHS, PACES } from './profiles.ts';
import { valueAt } from './quantiles.ts';

const DRAWS = 20_000;

/** Quantiles of what is drawn. */
function sampled(values: number[]): (p: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  return (p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;
}

test('constant: the first, the gaps, and the end with the last chunk', () => {
  const pace = constantPace(200, 20, 3)!;
  expect([0, 1, 2, 3].map((i) => pace.gap(i))).toEqual([200, 20, 20, 0]);
  expect(constantPace(0, 0, 3)).toBeNull();
});

describe.each(Object.keys(PACES))('%s', (name) => {
  const gaps = (seed: number, attempt = 0) => {
    const pace = profilePace(name, seed, attempt, 30);
    return Array.from({ length: 31 }, (_, i) => pace.gap(i));
  };

  test('the same seed and attempt have the same schedule, others another', () => {
    expect(gaps(7)).toEqual(gaps(7));
    expect(gaps(7)).not.toEqual(gaps(8));
    expect(gaps(7, 0)).not.toEqual(gaps(7, 1));
    expect(gaps(7).at(-1)).toBe(0);
  });

  test('what is drawn has the quantiles that it is drawn from', () => {
    const { first, gap } = PACES[name]!;
    const firsts = sampled(Array.from({ length: DRAWS }, (_, seed) => profilePace(name, seed, 0, 2).gap(0)));
    const pace = profilePace(name, 1, 0, DRAWS + 1);
    const between = sampled(Array.from({ length: DRAWS }, (_, i) => pace.gap(i + 1)));
    // The numbers are always the same: this is no test of luck.
    for (const p of [0.1, 0.5, 0.9, 0.98]) {
      expect(firsts(p) / valueAt(first, p)).toBeCloseTo(1, 1);
      expect(between(p) / valueAt(gap, p)).toBeCloseTo(1, 1);
    }
  });
});

test.each(Object.entries(LENGTHS))('%s: lengths have the quantiles of the trace', (name, { chunks }) => {
  const lengths = sampled(Array.from({ length: DRAWS }, (_, seed) => profileLength(name, seed)));
  for (const p of [0.1, 0.5, 0.9, 0.95]) expect(lengths(p) / valueAt(chunks, p)).toBeCloseTo(1, 0);
  expect(lengths(0)).toBeGreaterThanOrEqual(chunks[0]![1]);
  expect(lengths(1)).toBeLessThanOrEqual(chunks.at(-1)![1]);
});

test('every table rises from 0 to 1', () => {
  const tables = [
    ...Object.values(PACES).flatMap(({ first, gap }) => [first, gap]),
    ...Object.values(LENGTHS).map(({ chunks }) => chunks),
  ];
  for (const table of tables) {
    expect([table[0]![0], table.at(-1)![0]]).toEqual([0, 1]);
    for (const at of [0, 1] as const) {
      const column = table.map((row) => row[at]);
      expect(column).toEqual(column.toSorted((a, b) => a - b));
    }
  }
});
