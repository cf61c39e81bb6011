import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Unmet } from '../actors/actor.ts';
import { lookFor } from './looking.ts';

test('what comes is waited for', async () => {
  let looks = 0;
  await lookFor('the third look', () => ++looks === 3, { every: 1, within: 10_000 });
  expect(looks).toBe(3);
});

test('what does not come in time is unmet, and looked for no more', async () => {
  let looks = 0;
  const look = async () => {
    looks++;
    await setImmediate();
    return false;
  };
  await expect(lookFor('what never comes', look, { every: 1, within: 20 })).rejects.toThrow(Unmet);
  const before = looks;
  await sleep(50);
  expect(before).toBeGreaterThan(0);
  expect(looks).toBe(before);
});
