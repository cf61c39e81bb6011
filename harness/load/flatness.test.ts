import { expect, test } from 'vitest';
import { createDraw } from '../runs/draw.ts';
import { flatnessOf } from './flatness.ts';

/** @param memory MiB at a second */
function seconds(length: number, memory: (at: number) => number) {
  return Array.from({ length }, (_, at) => ({ at, uses: { target: { memory: memory(at), cpu: 0 } } }));
}

const draw = createDraw(7);
const noise = (most: number) => draw.between(-100, 100) * (most / 100);

test.each([
  ['a heap that goes up and down', 600, (at: number) => 200 + 20 * ((at % 13) / 13) + noise(5), 'flat'],
  [
    'one that fills at first and then stays',
    600,
    (at: number) => Math.min(200, 50 + 3 * at) + noise(5),
    'flat',
  ],
  ['one that becomes smaller', 600, (at: number) => 200 - at / 10 + noise(5), 'flat'],
  ['a small one that grows by less than anybody would notice', 600, (at: number) => 20 + at / 200, 'flat'],
  ['a leak', 600, (at: number) => 200 + at / 5 + noise(5), 'grows'],
  ['a leak that a restart wipes out now and then', 600, (at: number) => 100 + (at % 80) / 4, 'flat'],
  [
    'one that fills for two minutes, in a run not much longer',
    200,
    (at: number) => Math.min(160, 40 + at),
    'flat',
  ],
  ['waves that are as long as the run', 240, (at: number) => 100 + 60 * Math.sin(at / 12), 'unknown'],
  ['too short a time', 179, () => 100, 'unknown'],
])('%s', (_, length, memory, verdict) => {
  expect(flatnessOf(seconds(length, memory))).toMatchObject([{ process: 'target', verdict }]);
});

/** Started again every 80 s, when it fills anew. */
const RESTARTS = { target: [40, 120, 200, 280, 360, 440, 520, 600] };
const age = (at: number) => (at + 40) % 80;

test.each([
  ['one that fills in each of its lives', (at: number) => 60 + age(at) * 1.5 + noise(6), RESTARTS, 'flat'],
  [
    'one that has more in each of its lives',
    (at: number) => 60 + age(at) + at / 5 + noise(6),
    RESTARTS,
    'grows',
  ],
  [
    'lives that are nothing alike',
    (at: number) => 60 + 40 * Math.sin(Math.floor((at + 40) / 80) * 2),
    RESTARTS,
    'unknown',
  ],
  [
    'one that leaks in the longest of few lives',
    (at: number) => 60 + Math.max(0, at - 40) / 3,
    { target: [40] },
    'grows',
  ],
  ['one that is flat in it', (at: number) => (at < 40 ? 20 : 90 + noise(5)), { target: [40] }, 'flat'],
  ['lives that are all too short', (at: number) => 60 + age(at), { target: [40, 120, 200] }, 'unknown'],
])('%s, started again', (_, memory, begun, verdict) => {
  const length = begun.target.length === 3 ? 280 : 605;
  expect(flatnessOf(seconds(length, memory), begun)).toMatchObject([{ process: 'target', verdict }]);
});

test('tells the slope in MiB a minute, and its error', () => {
  const [{ slope, error, mean } = { slope: 0, error: null, mean: 0 }] = flatnessOf(
    seconds(600, (at) => 100 + at),
  );
  expect(slope).toBeCloseTo(60);
  expect(error).toBeCloseTo(0);
  expect(mean).toBeCloseTo(474.5);
});
