import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Turns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'setImmediate'] }));
afterEach(() => void vi.useRealTimers());

test('one after the other, round by round', () => {
  const turns = new Turns();
  const taken: string[] = [];
  const stream = (name: string, left: number) => (): void => {
    taken.push(name);
    if (left > 1) turns.take(stream(name, left - 1));
  };
  turns.take(stream('a', 3));
  turns.take(stream('b', 1));
  turns.take(stream('c', 2));
  vi.runAllTimers();
  expect(taken.join('')).toBe('abcaca');
});

test('after 4 ms others are heard, and whoever did not have a turn is the next', () => {
  const turns = new Turns();
  const taken: string[] = [];
  // A clock on which each turn takes 2 ms.
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  for (const name of 'abcde') {
    turns.take(() => {
      clock += 2;
      taken.push(name);
      if (name === 'a') turns.take(() => taken.push('A'));
    });
  }
  vi.advanceTimersToNextTimer();
  expect(taken.join('')).toBe('ab');
  vi.runAllTimers();
  expect(taken.join('')).toBe('abcdeA');
  vi.restoreAllMocks();
});
