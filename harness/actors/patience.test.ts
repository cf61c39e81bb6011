import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadline } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When it was late, ms; undefined: not within an hour. */
function lateAfter(ms: number, starvedAt: (elapsed: number) => number): number | undefined {
  const began = Date.now();
  let at: number | undefined;
  deadline(
    ms,
    () => {
      at = Date.now() - began;
    },
    () => starvedAt(Date.now() - began),
  );
  vi.advanceTimersByTime(3_600_000);
  return at;
}

describe('a deadline', () => {
  it.each([
    ['nobody was starved', () => 0, 1_000],
    ['starved for a while, before the bound', (t: number) => Math.min(t, 300), 1_300],
    ['starved for half of all time', (t: number) => t / 2, 2_000],
    ['starved all the time, it ends nevertheless', (t: number) => t, 4_000],
    ['starved long before it began to wait', () => 99_999, 1_000],
  ])('%s', (_, starved, expected) => {
    const late = lateAfter(1_000, starved);
    expect(late).toBeGreaterThanOrEqual(expected - 10);
    expect(late).toBeLessThanOrEqual(expected);
  });

  it.each([
    ['what was starved before it was refreshed is no excuse for what comes after', 0],
    ['nor is it where the bound had been extended already', 60],
  ])('%s', (_, more) => {
    let starved = 0;
    const late = vi.fn();
    const bound = deadline(100, late, () => starved);
    vi.advanceTimersByTime(90);
    starved += more + 300;
    vi.advanceTimersByTime(more);
    bound.refresh();
    vi.advanceTimersByTime(101);
    expect(late).toHaveBeenCalledOnce();
  });

  it('begins anew when it is refreshed, and never comes once it is cleared', () => {
    const late = vi.fn();
    const bound = deadline(100, late);
    vi.advanceTimersByTime(80);
    bound.refresh();
    vi.advanceTimersByTime(80);
    expect(late).not.toHaveBeenCalled();
    bound.clear();
    vi.advanceTimersByTime(1_000);
    expect(late).not.toHaveBeenCalled();
  });
});
