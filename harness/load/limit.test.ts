import { expect, test } from 'vitest';
import type { ScenarioResult } from '../runs/results.ts';
import { Latencies } from './engine/latencies.ts';
import { emptyTally, noCheck } from './engine/tally.ts';
import type { LevelOutcome } from './level.ts';
import { playToLimit } from './limit.ts';
import type { LoadPlan } from './plan.ts';

const plan = { seed: 1, arrivals: { kind: 'closed' }, users: 100 } as unknown as LoadPlan;

/** The search over a target that fails these checkers from 200 users on. @param late violations of each that are of liveness, of two */
async function beyond(fails: Readonly<Record<string, number>>) {
  const rowOf = (broken: boolean) =>
    ({
      id: 'stay',
      title: 'Stays',
      play: 'append/stay/load',
      verdict: broken ? 'fail' : 'pass',
      reason: broken ? 'so it is' : null,
      checks: Object.keys(fails).map((id) => ({
        id,
        verdict: broken ? 'fail' : 'pass',
        violationCount: broken ? 2 : 0,
      })),
    }) as unknown as ScenarioResult;
  const series = { latencies: new Latencies() };
  const checks = Object.fromEntries(Object.entries(fails).map(([id, late]) => [id, { ...noCheck(), late }]));
  const { rows, search } = await playToLimit({
    plan,
    objectives: [],
    play: async (_, level) =>
      ({
        rows: [rowOf(level >= 200)],
        saturated: null,
        series,
        tallies: { stay: { ...emptyTally(), checks } },
      }) as unknown as LevelOutcome,
  });
  return {
    limit: search.limit,
    failed: rows.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id),
  };
}

test.for([
  [{ 'eventual-end': 2 }, []],
  // Views that wait for what others have.
  [{ 'eventual-end': 2, convergence: 2 }, []],
  // One of them does not wait: it holds another text.
  [{ 'eventual-end': 2, convergence: 1 }, ['stay@200']],
  // After an error it alone tells that a reader and the database hold different texts.
  [{ 'eventual-end': 2, convergence: 0 }, ['stay@200']],
  [{ 'timely-delivery': 2 }, []],
  [{ 'no-loss': 0, convergence: 2 }, ['stay@200']],
  [{ isolation: 0 }, ['stay@200']],
] as const)('above the limit %j makes the run fail by %j', async ([fails, expected]) => {
  const { limit, failed } = await beyond(fails);
  expect(limit).toBeGreaterThanOrEqual(180);
  expect(limit).toBeLessThan(200);
  expect(failed).toEqual(expect.arrayContaining([...expected]));
  expect(failed.length > 0).toBe(expected.length > 0);
});
