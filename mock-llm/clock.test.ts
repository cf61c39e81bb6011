import { expect, test } from 'vitest';
import { now } from './clock.ts';

/** As any other process would read it. */
function elsewhere(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** What two readings of one clock may differ by, ms. */
const SAME = 0.05;

test('tells the time that every process of the machine reads', () => {
  for (let n = 0; n < 1_000; n++) {
    const before = elsewhere();
    const told = now();
    const after = elsewhere();
    expect(told).toBeGreaterThan(before - SAME);
    expect(told).toBeLessThan(after + SAME);
  }
});
