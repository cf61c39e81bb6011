import { expect, test } from 'vitest';
import { type Allow, Gates } from './gates.ts';

/** What is really set, of several steps; each is done when the one after it has begun, where it says so. */
async function set(steps: [allow: Allow, how?: 'overlaps' | 'fails'][]): Promise<Allow[]> {
  const gates = new Gates();
  const done: Allow[] = [];
  const pending: (() => void)[] = [];
  const going: Promise<void>[] = [];
  for (const [allow, how] of steps) {
    const step = gates.set(7, allow, async () => {
      done.push(allow);
      if (how === 'fails') throw new Error('refused');
      if (how === 'overlaps') await new Promise<void>((resolve) => pending.push(resolve));
    });
    if (how === 'overlaps') going.push(step);
    else await step.catch(() => {});
    if (how !== 'overlaps') for (const resolve of pending.splice(0)) resolve();
    if (how !== 'overlaps') await Promise.all(going.splice(0));
  }
  return done;
}

test.each<[string, [Allow, ('overlaps' | 'fails')?][], Allow[]]>([
  ['what nobody has set is open', [['all']], []],
  ['each that differs', [[3], [5], ['all']], [3, 5, 'all']],
  ['one that stands already', [[3], [3], ['none'], ['none']], [3, 'none']],
  ['opened again, and again', [[3], ['all'], ['all']], [3, 'all']],
  ['the same while it is being set', [[3, 'overlaps'], [3]], [3, 3]],
  [
    'after two at once nobody knows how it stands',
    [[3, 'overlaps'], ['all'], ['all'], ['all']],
    [3, 'all', 'all'],
  ],
  ['nor after one that failed', [[3, 'fails'], [3], [3]], [3, 3]],
])('is set: %s', async (_, steps, expected) => {
  expect(await set(steps)).toEqual(expected);
});
