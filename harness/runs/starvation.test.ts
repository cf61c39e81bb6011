import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createSource, type Recorded } from '../history/index.ts';
import { tellStarvation, type Waits, waitsBelow, waitsOf, watchStarvation } from './starvation.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** How long each stall was that is told of these readings, ms. */
function told(readings: Waits[]): number[] {
  const stalls: number[] = [];
  const recorder = createSource('harness', (event: Recorded) => {
    if (event.type === 'stall') stalls.push(Math.round(event.t - event.from));
  });
  const left = [...readings];
  const stop = watchStarvation(1, recorder, () => left.shift() ?? new Map());
  vi.advanceTimersByTime(250 * (readings.length - 1));
  stop();
  return stalls;
}

test.each<[string, Waits[], number[]]>([
  ['one that hardly waits', [new Map([[1, 0]]), new Map([[1, 90]])], []],
  ['one that waits', [new Map([[1, 0]]), new Map([[1, 180]])], [180]],
  ['one that waited long before', [new Map([[1, 5_000]]), new Map([[1, 5_010]])], []],
  [
    'one that has just begun',
    [
      new Map([[1, 0]]),
      new Map([
        [1, 0],
        [2, 200],
      ]),
    ],
    [],
  ],
  [
    'one that has gone',
    [
      new Map([
        [1, 0],
        [2, 0],
      ]),
      new Map([[1, 10]]),
    ],
    [],
  ],
  [
    'the one that waits longest',
    [
      new Map([
        [1, 0],
        [2, 0],
      ]),
      new Map([
        [1, 120],
        [2, 200],
      ]),
    ],
    [200],
  ],
  [
    'one that waits twice',
    [new Map([[1, 0]]), new Map([[1, 150]]), new Map([[1, 160]]), new Map([[1, 300]])],
    [150, 140],
  ],
  ['a system that does not count', [new Map(), new Map()], []],
])('%s', (_, readings, stalls) => {
  expect(told(readings)).toEqual(stalls);
});

test.skipIf(!existsSync('/proc/self/schedstat'))('a process and what it has started are read', () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  const waits = waitsBelow(process.pid);
  expect(waits.get(process.pid)).toBeGreaterThanOrEqual(0);
  expect(waits.has(child.pid!)).toBe(true);
  expect(waitsBelow(2 ** 30)).toEqual(new Map());
});

test('what was waited only grows, whoever comes and goes', () => {
  const readings = [
    new Map([[1, 500]]),
    new Map([
      [1, 520],
      [2, 9_000],
    ]),
    new Map([
      [1, 520],
      [2, 9_100],
    ]),
    new Map([[1, 530]]),
    new Map(),
  ];
  let reading: Waits = new Map();
  const waited = waitsOf(
    () => [...reading.keys()],
    (pid) => reading.get(pid),
  );
  const told = readings.map((next) => {
    reading = next;
    return waited();
  });
  expect(told).toEqual([0, 20, 120, 130, 130]);
});

test('what is told of being starved is what was added in a tick, where it is more than any bound bears', () => {
  const told: number[] = [];
  const recorder = createSource('harness', (event: Recorded) => {
    if (event.type === 'starved') told.push(event.ms);
  });
  const readings = [1_000, 1_010, 1_110, 1_110, 1_400];
  const stop = tellStarvation(recorder, () => readings.shift()!);
  vi.advanceTimersByTime(250 * 4);
  stop();
  expect(told).toEqual([100, 290]);
});
