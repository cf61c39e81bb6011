import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Series } from './series.ts';

interface Step {
  wait: number;
  by: number;
}

/** As a series would be if memory were no matter. */
function replay(steps: readonly Step[]): { series: Series; all: [time: number, value: number][] } {
  const series = new Series();
  const all: [number, number][] = [];
  let [time, value] = [1_000_000.25, 0];
  for (const { wait, by } of steps) {
    time += wait;
    value += by;
    series.push(time, value);
    all.push([time, value]);
  }
  return { series, all };
}

const STEPS = fc.array(
  fc.record({ wait: fc.double({ min: 0.01, max: 5_000, noNaN: true }), by: fc.constantFrom(1, 1, 1, 1, 3) }),
  { minLength: 1, maxLength: 3_000 },
);

test('what is kept did happen then, to a microsecond, and nothing is said to have been there earlier', () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const { series, all } = replay(steps);
      const times = new Map(all.map(([time, value]) => [value, time]));
      for (const [time, value] of series.steps()) {
        expect(time - times.get(value)!).toBeGreaterThanOrEqual(-1e-9);
        expect(time - times.get(value)!).toBeLessThan(0.0011);
      }
      const at = all[Math.floor(all.length / 2)]!;
      expect(series.atLeastAt(at[0])).toBeLessThanOrEqual(at[1]);
      expect(series.reached(at[1]).by).toBeGreaterThanOrEqual(at[0] - 1e-9);
      expect([series.lastTime, series.lastValue]).toEqual(all.at(-1));
      expect(series.exact).toBe(all.length < 512);
    }),
    { numRuns: 200 },
  );
});

test('steps by one need no more room than their times, and are as exact as others', () => {
  const regular = replay(Array.from({ length: 400 }, () => ({ wait: 10, by: 1 }))).series;
  expect([...regular.steps()].map(([, value]) => value)).toEqual(
    Array.from({ length: 400 }, (_, i) => i + 1),
  );
  const late = replay(Array.from({ length: 900 }, (_, i) => ({ wait: 10, by: i === 800 ? 5 : 1 }))).series;
  for (const [time, value] of late.steps()) {
    const step = Math.round((time - 1_000_000.25) / 10);
    expect(value).toBe(step <= 800 ? step : step + 4);
  }
});

test('a series of a day is a little coarser', () => {
  const { series, all } = replay(Array.from({ length: 400 }, () => ({ wait: 216_000, by: 1 })));
  for (const [j, [time]] of [...series.steps()].entries()) {
    expect(time - all[j]![0]).toBeGreaterThanOrEqual(-1e-6);
    expect(time - all[j]![0]).toBeLessThan(0.04);
  }
});
