/** What a level of load comes to, as it stands in results.json. */
import type { LoadLatency, LoadResults, ProcessSecond, Search } from '../runs/load-results.ts';
import { attain } from './attainment.ts';
import type { Latencies } from './engine/latencies.ts';
import { restartsOf } from './faults.ts';
import { flatnessOf } from './flatness.ts';
import type { LevelOutcome } from './level.ts';
import type { Objective } from './objectives.ts';
import { describeAnswers, type Laid } from './options.ts';
import { totalOf, zeros } from './outcome.ts';
import type { LoadPlan } from './plan.ts';

export interface Summed {
  laid: Laid;
  /** Of the level that the results tell of. */
  plan: LoadPlan;
  workers: number;
  outcome: LevelOutcome;
  objectives: readonly Objective[];
  search: Search | null;
  durability: Record<string, string> | null;
}

export function loadResultsOf({
  laid,
  plan,
  workers,
  outcome,
  objectives,
  search,
  durability,
}: Summed): LoadResults {
  const { series, tallies, strikes, saturated } = outcome;
  const total = totalOf(tallies);
  const { visits, answers, refused, lost, passed, failed, unknown, measured, good } = total;
  return {
    plan: {
      profile: laid.profile,
      arrivals: laid.arrivals,
      users: plan.users,
      warmup: plan.warmup,
      duration: plan.duration,
      mix: { ...plan.mix },
      answers: describeAnswers(plan.answers),
      workers,
    },
    counts: {
      visits,
      answers,
      refused,
      lost,
      passed,
      failed,
      unknown,
      measured,
      good,
      chunks: series.totals().chunks,
    },
    latencies: latenciesOf(series.latencies),
    objectives: attain(objectives, { latencies: series.latencies, total }),
    saturated,
    zeros: zeros(total),
    strikes,
    seconds: series.all(),
    search,
    processes: outcome.processes,
    memory: flatnessOf(
      outcome.processes.filter(({ at }) => at * 1_000 <= plan.warmup + plan.duration),
      Object.fromEntries(targetsOf(outcome.processes).map((name) => [name, restartsOf(strikes)])),
    ),
    durability,
    merged: [],
  };
}

/** The names of the target's processes. */
function targetsOf(processes: readonly ProcessSecond[]): string[] {
  const names = new Set(processes.flatMap(({ uses }) => Object.keys(uses)));
  return [...names].filter((name) => /^target(-\d+)?$/.test(name));
}

export function latenciesOf(latencies: Latencies): Record<string, LoadLatency> {
  const encoded = latencies.encode();
  return Object.fromEntries(
    latencies.names().map((name) => {
      const { n, min, mean, max } = latencies.summary(name)!;
      const at = (quantile: number) => latencies.at(name, quantile)!;
      const ranks = { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999) };
      return [name, { n, min, mean, ...ranks, max, histogram: encoded[name]! }];
    }),
  );
}
