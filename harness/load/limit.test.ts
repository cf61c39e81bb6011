import { expect, test } from 'vitest';
import type { ScenarioResult } from '../runs/results.ts';
import { Latencies } from './engine/latencies.ts';
import type { LevelOutcome } from './level.ts';
import { playToLimit } from './limit.ts';
import type { LoadPlan } from './plan.ts';

const plan = { seed: 1, arrivals: { kind: 'closed' }, users: 100 } as unknown as LoadPlan;

/** The search over a target that fails these checkers from 200 users on. */
async function beyond(fails: readonly string[]) {
  const rowOf = (broken: boolean) =>
    ({
      id: 'stay',
      title: 'Stays',
      play: 'append/stay/load',
      verdict: broken ? 'fail' : 'pass',
      reason: broken ? `${fails[0]}: so it is` : null,
      checks: fails.map((id) => ({ id, verdict: broken ? 'fail' : 'pass' })),
    }) as unknown as ScenarioResult;
  const series = { latencies: new Latencies() };
  const { rows, search } = await playToLimit({
    plan,
    objectives: [],
    play: async (_, level) =>
      ({ rows: [rowOf(level >= 200)], saturated: null, series, tallies: {} }) as unknown as LevelOutcome,
  });
  return {
    limit: search.limit,
    failed: rows.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id),
  };
}

test.for([
  [['eventual-end'], []],
  // After an error it alone tells that a reader and the database hold different texts.
  [['eventual-end', 'convergence'], ['stay@200']],
  [['timely-delivery'], []],
  [['no-loss', 'convergence'], ['stay@200']],
  [['isolation'], ['stay@200']],
] as const)('above the limit %j makes the run fail by %j', async ([fails, expected]) => {
  const { limit, failed } = await beyond(fails);
  expect(limit).toBeGreaterThanOrEqual(180);
  expect(limit).toBeLessThan(200);
  expect(failed).toEqual(expect.arrayContaining([...expected]));
  expect(failed.length > 0).toBe(expected.length > 0);
});
