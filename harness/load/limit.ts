/** Plays one level after the other until the highest that holds is known. */
import type { CheckResult } from '../checkers/checker.ts';
import { seedOf } from '../runs/draw.ts';
import type { Search } from '../runs/load-results.ts';
import type { ScenarioResult } from '../runs/results.ts';
import { attain } from './attainment.ts';
import type { LevelOutcome } from './level.ts';
import type { Objective } from './objectives.ts';
import { totalOf } from './outcome.ts';
import type { LoadPlan } from './plan.ts';
import { findLimit } from './search.ts';

/** What holds of a limit unless something else is asked for. */
export const LIMIT_OBJECTIVES = ['lost == 0', 'goodput > 0.99'];

export interface LimitOptions {
  /** Its users, or its rate, are where the search begins. */
  plan: LoadPlan;
  objectives: readonly Objective[];
  /** Plays a level, the `n`-th from 1. */
  play(plan: LoadPlan, level: number, n: number): Promise<LevelOutcome>;
}

/** What was found, with the last level that was played: where there is a limit, its confirmation. */
export interface Limit {
  plan: LoadPlan;
  outcome: LevelOutcome;
  rows: ScenarioResult[];
  search: Search;
}

export async function playToLimit({ plan, objectives, play }: LimitOptions): Promise<Limit> {
  const isClosed = plan.arrivals.kind === 'closed';
  let last: { plan: LoadPlan; outcome: LevelOutcome } | undefined;
  const untrue: ScenarioResult[] = [];
  let n = 0;
  const { levels, limit } = await findLimit(isClosed ? plan.users : rateOf(plan), async (level) => {
    // Each level has answers of its own, so that a confirmation is no mere repetition.
    const own = { ...atLevel(plan, level), seed: seedOf(plan.seed, 'level', ++n) };
    const outcome = await play(own, level, n);
    last = { plan: own, outcome };
    untrue.push(...untrueRows(outcome, level));
    const why = whyNot(objectives, outcome);
    return { held: why === null, why };
  });
  const { outcome } = last!;
  return {
    ...last!,
    rows: [...outcome.rows, ...untrue],
    search: { of: isClosed ? 'users' : 'users a second', levels, limit },
  };
}

/** Why a level did not hold; null where it did. */
function whyNot(objectives: readonly Objective[], outcome: LevelOutcome): string | null {
  const failed = outcome.rows.find(({ verdict }) => verdict === 'fail');
  if (failed) return `${failed.id}: ${failed.reason}`;
  if (outcome.saturated !== null) return `generator saturated: ${outcome.saturated}`;
  const measured = { latencies: outcome.series.latencies, total: totalOf(outcome.tallies) };
  const missed = attain(objectives, measured).find(({ verdict }) => verdict !== 'met');
  if (missed) return `${missed.objective}: ${missed.value === null ? 'no sample' : missed.value}`;
  const doubt = outcome.rows.find(({ verdict }) => verdict === 'unknown');
  return doubt ? `${doubt.id}: ${doubt.reason}` : null;
}

/** Being slow above the limit is what the search is for; losing something, or telling what is not so, is not. */
function untrueRows({ rows, tallies }: LevelOutcome, level: number): ScenarioResult[] {
  const isLate = (row: string, { id, violationCount }: CheckResult) =>
    violationCount > 0 && violationCount === tallies[row]?.checks[id]?.late;
  return rows
    .filter(({ id, checks }) => checks.some((check) => check.verdict === 'fail' && !isLate(id, check)))
    .map((row) => ({
      ...row,
      id: `${row.id}@${level}`,
      title: `${row.title}, at level ${level}`,
      play: `${row.play}@${level}`,
    }));
}

function rateOf({ arrivals }: LoadPlan): number {
  return 'rate' in arrivals ? arrivals.rate : 1;
}

function atLevel(plan: LoadPlan, level: number): LoadPlan {
  const { arrivals } = plan;
  if (arrivals.kind === 'closed' || arrivals.kind === 'trace') return { ...plan, users: level };
  if (!('to' in arrivals)) return { ...plan, arrivals: { ...arrivals, rate: level } };
  const to = (arrivals.to * level) / arrivals.rate;
  return { ...plan, arrivals: { ...arrivals, rate: level, to } };
}
