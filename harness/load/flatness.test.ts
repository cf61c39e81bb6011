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
  ['waves that are as long as the run', 120, (at: number) => 100 + 60 * Math.sin(at / 12), 'unknown'],
  ['too short a time', 59, () => 100, 'unknown'],
])('%s', (_, length, memory, verdict) => {
  expect(flatnessOf(seconds(length, memory))).toMatchObject([{ process: 'target', verdict }]);
});

test('tells the slope in MiB a minute, and its error', () => {
  const [{ slope, error, mean } = { slope: 0, error: null, mean: 0 }] = flatnessOf(
    seconds(400, (at) => 100 + at),
  );
  expect(slope).toBeCloseTo(60);
  expect(error).toBeCloseTo(0);
  expect(mean).toBeCloseTo(349.5);
});
