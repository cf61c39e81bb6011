import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Checkpoints } from './checkpoints.ts';

/** Saves that end when told to. */
function held(every: number, within: number) {
  const saves: PromiseWithResolvers<void>[] = [];
  const landed = vi.fn();
  const save = () => {
    saves.push(Promise.withResolvers());
    return saves.at(-1)!.promise;
  };
  return { checkpoints: new Checkpoints(every, () => within, save, landed), saves, landed };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('saves when the interval is full, and not before', () => {
  const { checkpoints, saves } = held(3, 1_000);
  checkpoints.taken(1);
  checkpoints.taken(2);
  expect(saves.length).toBe(0);
  checkpoints.taken(3);
  expect(saves.length).toBe(1);
});

test('saves a while after the first unsaved chunk, however many follow', () => {
  const { checkpoints, saves } = held(10, 1_000);
  checkpoints.taken(1);
  vi.advanceTimersByTime(900);
  checkpoints.taken(2);
  expect(saves.length).toBe(0);
  vi.advanceTimersByTime(100);
  expect(saves.length).toBe(1);
});

test('keeps one save in flight, and the next one holds all that came meanwhile', async () => {
  const { checkpoints, saves, landed } = held(2, 1_000);
  for (const count of [2, 3, 4, 5, 6]) checkpoints.taken(count);
  expect(saves.length).toBe(1);
  saves[0]!.resolve();
  await vi.waitFor(() => expect(saves.length).toBe(2));
  expect(checkpoints.saved).toBe(2);
  saves[1]!.resolve();
  await vi.waitFor(() => expect(checkpoints.saved).toBe(6));
  expect(landed).toHaveBeenCalledTimes(2);
});

test('the time of chunks that come during a save counts from when they came', async () => {
  const { checkpoints, saves } = held(2, 1_000);
  checkpoints.taken(2);
  checkpoints.taken(3);
  vi.advanceTimersByTime(900);
  saves[0]!.resolve();
  await vi.waitFor(() => expect(checkpoints.saved).toBe(2), { interval: 0 });
  expect(saves.length).toBe(1);
  vi.advanceTimersByTime(100);
  expect(saves.length).toBe(2);
});

test('stopping waits for the save in flight and begins no other', async () => {
  const { checkpoints, saves } = held(1, 1_000);
  checkpoints.taken(1);
  checkpoints.taken(2);
  let stopped = false;
  const stop = checkpoints.stop().then(() => {
    stopped = true;
  });
  await Promise.resolve();
  expect(stopped).toBe(false);
  saves[0]!.resolve();
  await stop;
  vi.advanceTimersByTime(5_000);
  expect(saves.length).toBe(1);
});

test('a failed save is the last one', async () => {
  const { checkpoints, saves, landed } = held(1, 1_000);
  checkpoints.taken(1);
  saves[0]!.reject(new Error('lost'));
  await checkpoints.stop();
  checkpoints.taken(2);
  expect(saves.length).toBe(1);
  expect(landed).not.toHaveBeenCalled();
});
