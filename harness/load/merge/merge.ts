/**
 * `holdfast merge`: several shards of one load as one run. Counts add up, histograms merge, objectives and the
 * statement of zero are worked out anew, and the worst verdict counts.
 */
import { runner } from '../../runs/command.ts';
import { createRunFolder } from '../../runs/folder.ts';
import type { LoadResults } from '../../runs/load-results.ts';
import type { Results, Skipped } from '../../runs/results.ts';
import { saveResults, verdictOf } from '../../runs/run.ts';
import { attain } from '../attainment.ts';
import type { LoadRun } from '../load.ts';
import { parseObjective } from '../objectives.ts';
import { metricsOf } from '../outcome.ts';
import { latenciesOf } from '../summing.ts';
import {
  mergeCounts,
  mergeLatencies,
  mergeProcesses,
  mergeSeconds,
  mergeZeros,
  processOf,
  tallyOf,
} from './figures.ts';
import { checkMergeable } from './mergeable.ts';
import { mergeRows } from './rows.ts';
import { readShard, type Shard } from './shard.ts';

export interface MergeOptions {
  /** Added to those that the shards had. */
  objective?: readonly string[];
  /** What a shard could not look at is allowed to be left out. */
  allowSkip?: boolean;
  out: string;
}

/** @throws HF_NO_RUN, HF_MERGE, HF_USAGE, HF_OUT_NOT_WRITABLE */
export async function merge(paths: readonly string[], options: MergeOptions): Promise<LoadRun> {
  const shards: Shard[] = [];
  for (const path of paths) shards.push(await readShard(path, options.allowSkip ?? false));
  const results = mergeShards(shards, options.objective ?? []);
  const folder = createRunFolder(options.out, results.seed);
  const named = { ...results, run: folder.name };
  saveResults(folder.path, named);
  return { folder, results: named };
}

/** @throws HF_MERGE, HF_USAGE */
export function mergeShards(shards: readonly Shard[], objectives: readonly string[] = []): Results {
  checkMergeable(shards);
  const all = shards.map(({ results }) => results);
  const loads = all.map(({ load }) => load);
  const [first] = all as [(typeof all)[0], ...typeof all];
  const latencies = mergeLatencies(loads);
  const counts = mergeCounts(loads);
  const texts = new Set([
    ...loads.flatMap((load) => load.objectives.map((one) => one.objective)),
    ...objectives,
  ]);
  const load: LoadResults = {
    plan: planOf(loads),
    counts,
    latencies: latenciesOf(latencies),
    objectives: attain([...texts].map(parseObjective), { latencies, total: tallyOf(counts) }),
    saturated: loads.find(({ saturated }) => saturated !== null)?.saturated ?? null,
    zeros: mergeZeros(loads),
    strikes: loads.flatMap(({ strikes }) => strikes).sort((a, b) => a.at - b.at),
    seconds: mergeSeconds(loads),
    search: null,
    processes: mergeProcesses(all),
    memory: all.flatMap(({ run, load }) =>
      load.memory.map((one) => ({ ...one, process: processOf(run, load, one.process) })),
    ),
    durability: first.load.durability,
    // What was merged before is told by its parts.
    merged: all.flatMap(({ run, seed, load }) => (load.merged.length > 0 ? load.merged : [{ run, seed }])),
  };
  const scenarios = mergeRows(shards, metricsOf(latencies));
  const skipped = mergeSkipped(all);
  const held = verdictOf(scenarios, skipped, null);
  const unsure = load.objectives.some(({ verdict }) => verdict === 'unknown');
  return {
    ...first,
    command: `${runner('merge')} ${shards.map(({ path }) => path).join(' ')}`,
    verdict: held === 'pass' && unsure ? 'unknown' : held,
    startedAt: all.map(({ startedAt }) => startedAt).sort()[0]!,
    durationMs: Math.max(...all.map(({ durationMs }) => durationMs)),
    scenarios,
    skipped,
    flaws: all.flatMap(({ flaws }) => flaws),
    failure: null,
    load,
  };
}

function planOf(loads: readonly LoadResults[]): LoadResults['plan'] {
  const plans = loads.map(({ plan }) => plan);
  const sum = (of: (plan: LoadResults['plan']) => number) =>
    plans.reduce((total, plan) => total + of(plan), 0);
  const arrivals = [...new Set(plans.map((plan) => plan.arrivals))];
  return {
    ...plans[0]!,
    arrivals:
      arrivals.length === 1 && plans.length > 1 && arrivals[0] !== 'closed'
        ? `${arrivals[0]}, in each of ${plans.length} shards`
        : arrivals.join(' and '),
    users: sum(({ users }) => users),
    workers: sum(({ workers }) => workers),
  };
}

/** What nobody came to do in one shard may have been done in another. */
function mergeSkipped(all: readonly Results[]): Skipped[] {
  const done = new Set(all.flatMap(({ scenarios }) => scenarios.map(({ id }) => `users who ${id}`)));
  const skipped = new Map<string, Skipped>();
  for (const one of all.flatMap((results) => results.skipped)) {
    if (done.has(one.what)) continue;
    const known = skipped.get(one.what);
    skipped.set(one.what, known ? { ...known, allowed: known.allowed && one.allowed } : one);
  }
  return [...skipped.values()];
}
