import { expect, test } from 'vitest';
import { createWave } from './wave.ts';

test('a step is taken once, when all have come', async () => {
  const wave = createWave(3);
  const steps: string[] = [];
  const come = (name: string) => wave.together(async (plays) => void steps.push(`${name} of ${plays}`));
  const [a, b] = [come('a'), come('b')];
  await Promise.resolve();
  expect(steps).toEqual([]);
  await Promise.all([a, b, come('c')]);
  expect(steps).toEqual(['a of 3']);
  await Promise.all([come('b'), come('c'), come('a')]);
  expect(steps).toEqual(['a of 3', 'b of 3']);
});

test('who is over is waited for no longer', async () => {
  const wave = createWave(3);
  const steps: string[] = [];
  const met = ['a', 'b'].map((name) => wave.together(async () => void steps.push(name)));
  wave.leave();
  await Promise.all(met);
  expect(steps).toEqual(['a']);
  wave.leave();
  await wave.together(async () => void steps.push('alone'));
  expect(steps).toEqual(['a', 'alone']);
});

test('a step that fails fails for all', async () => {
  const wave = createWave(2);
  const come = () => wave.together(() => Promise.reject(new Error('no')));
  const met = [come(), come()].map((each) => expect(each).rejects.toThrow('no'));
  await Promise.all(met);
});
