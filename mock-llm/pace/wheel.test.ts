import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { now } from '../clock.ts';
import { Alarm, Wheel } from './wheel.ts';

// The fake clock counts whole milliseconds from 0.
vi.mock('../clock.ts', () => ({ now: () => performance.now() }));
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Books the ms, from now, at which each was woken. */
function sleepers(wheel: Wheel, ...delays: number[]): [delay: number, woken: number][] {
  const begun = now();
  const woken: [number, number][] = [];
  for (const delay of delays) {
    wheel.set(new Alarm(() => woken.push([delay, Math.round(now() - begun)])), begun + delay);
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
  const alarms = [10, 20, 30].map((ms) => {
    const alarm = new Alarm(() => expect.unreachable());
    wheel.set(alarm, now() + ms);
    return alarm;
  });
  expect(vi.getTimerCount()).toBe(1);
  for (const alarm of [...alarms, ...alarms]) wheel.off(alarm);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
});

test('who is woken may sleep again, and call others off', () => {
  const wheel = new Wheel();
  const begun = now();
  const woken: number[] = [];
  const called = new Alarm(() => expect.unreachable());
  wheel.set(called, begun + 20);
  const again = new Alarm(() => {
    woken.push(Math.round(now() - begun));
    wheel.off(called);
    if (woken.length < 3) wheel.set(again, now() + 10);
  });
  wheel.set(again, begun + 10);
  vi.advanceTimersByTime(100);
  expect(woken).toEqual([10, 20, 30]);
});

test('who is called off, or set anew, while its slot has its turn', () => {
  const wheel = new Wheel();
  const begun = now();
  const rung: string[] = [];
  const called = new Alarm(() => rung.push('called'));
  const moved = new Alarm(() => rung.push(`moved ${Math.round(now() - begun)}`));
  const first = new Alarm(() => {
    rung.push('first');
    for (const alarm of [called, moved]) wheel.off(alarm);
    wheel.set(moved, begun + 30);
  });
  for (const alarm of [first, called, moved]) wheel.set(alarm, begun + 10);
  vi.advanceTimersByTime(3000);
  expect(rung).toEqual(['first', 'moved 30']);
  expect(vi.getTimerCount()).toBe(0);
});

test('woken late by more than a turn, nobody is forgotten', () => {
  const woken = sleepers(new Wheel(), 10, 900, 1500, 2900);
  // The loop was busy: the clock went on, no timer fired.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3000);
  vi.advanceTimersToNextTimer();
  clock.mockRestore();
  expect(woken.map(([delay]) => delay).toSorted((a, b) => a - b)).toEqual([10, 900, 1500, 2900]);
});
