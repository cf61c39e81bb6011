import { expect, test } from 'vitest';
import type { Probe, Target } from '../targets/target.ts';
import { shareProbe } from './shared-probe.ts';

/** Counts what is opened and closed; a look fails where its connection is among the broken. */
function fake() {
  const told = { opened: 0, closed: 0, broken: new Set<number>() };
  const probe = async (): Promise<Probe> => {
    const number = ++told.opened;
    const look = async <T>(answer: T) => {
      if (told.broken.has(number)) throw new Error(`connection ${number} is gone`);
      return answer;
    };
    return {
      snapshot: () => look([]),
      connections: () => look(number),
      async close() {
        told.closed++;
      },
    };
  };
  return { told, shared: shareProbe({ probe } as unknown as Target, 'postgres://nowhere')! };
}

test('one connection serves all looks', async () => {
  const { told, shared } = fake();
  await Promise.all([shared.snapshot([]), shared.snapshot([]), shared.connections()]);
  expect(told.opened).toBe(1);
  await shared.close();
  expect(told.closed).toBe(1);
});

test('a connection that is gone is replaced; where the next is no better, the look fails', async () => {
  const { told, shared } = fake();
  expect(await shared.connections()).toBe(1);
  told.broken.add(1);
  expect(await shared.connections()).toBe(2);
  for (const number of [2, 3]) told.broken.add(number);
  await expect(shared.connections()).rejects.toThrow('connection 3 is gone');
  expect(await shared.connections()).toBe(4);
});

test('a target without a probe has none', () => {
  expect(shareProbe({} as Target, 'postgres://nowhere')).toBeUndefined();
});
