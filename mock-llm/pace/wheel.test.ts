import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Wheel } from './wheel.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['hrtime', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function milliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Books the ms, from now, at which each was woken. */
function sleepers(wheel: Wheel, ...delays: number[]): [delay: number, woken: number][] {
  const begun = milliseconds();
  const woken: [number, number][] = [];
  for (const delay of delays) {
    wheel.at(begun + delay, () => woken.push([delay, Math.round(milliseconds() - begun)]));
  }
  return woken;
}

test('everyone is woken when due, whatever the order of coming, turns of the ring away too', () => {
  const woken = sleepers(new Wheel(), 5000, 3, 1024, 1, 3, 1023, 2048);
  vi.advanceTimersByTime(6000);
  expect(woken).toEqual([1, 3, 3, 1023, 1024, 2048, 5000].map((ms) => [ms, ms]));
  expect(vi.getTimerCount()).toBe(0);
});

test('what is due already is woken soon, not at once', () => {
  const woken = sleepers(new Wheel(), -50, 0);
  expect(woken).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(woken.map(([delay]) => delay)).toEqual([-50, 0]);
});

test('one timer for all; none when the last is called off', () => {
  const wheel = new Wheel();
  const cancels = [10, 20, 30].map((ms) => wheel.at(milliseconds() + ms, () => expect.unreachable()));
  expect(vi.getTimerCount()).toBe(1);
  for (const cancel of [...cancels, ...cancels]) cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
});

test('who is woken may sleep again, and call others off', () => {
  const wheel = new Wheel();
  const begun = milliseconds();
  const woken: number[] = [];
  const called = wheel.at(begun + 20, () => expect.unreachable());
  const again = (): void => {
    woken.push(Math.round(milliseconds() - begun));
    called();
    if (woken.length < 3) wheel.at(milliseconds() + 10, again);
  };
  wheel.at(begun + 10, again);
  vi.advanceTimersByTime(100);
  expect(woken).toEqual([10, 20, 30]);
});

test('woken late by more than a turn, nobody is forgotten', () => {
  const woken = sleepers(new Wheel(), 10, 900, 1500, 2900);
  // The loop was busy: the clock went on, no timer fired.
  const hrtime = vi
    .spyOn(process, 'hrtime')
    .mockReturnValue([milliseconds() / 1e3 + 3, 0] as [number, number]);
  vi.advanceTimersToNextTimer();
  hrtime.mockRestore();
  expect(woken.map(([delay]) => delay).toSorted((a, b) => a - b)).toEqual([10, 900, 1500, 2900]);
});
