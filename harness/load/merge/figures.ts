/** Counts, latencies, seconds and zeros of several shards as one: sums and histograms, never a mean of means. */
import { upperBoundOfZero } from '../../runs/bound.ts';
import type { LoadResults, ProcessSecond, Second, Zero } from '../../runs/load-results.ts';
import { Latencies } from '../engine/latencies.ts';
import { emptyTally, type Tally } from '../engine/tally.ts';

export function mergeLatencies(loads: readonly LoadResults[]): Latencies {
  const merged = new Latencies();
  for (const { latencies } of loads)
    merged.merge(
      Object.fromEntries(Object.entries(latencies).map(([name, { histogram }]) => [name, histogram])),
    );
  return merged;
}

export function mergeCounts(loads: readonly LoadResults[]): LoadResults['counts'] {
  const sum = { ...loads[0]!.counts };
  for (const { counts } of loads.slice(1))
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name];
  return sum;
}

/** For objectives, which are about these sums. */
export function tallyOf(counts: LoadResults['counts']): Tally {
  const { chunks: _, ...sums } = counts;
  return { ...emptyTally(), ...sums };
}

export function mergeZeros(loads: readonly LoadResults[]): Zero[] {
  const byKind = Map.groupBy(
    loads.flatMap(({ zeros }) => zeros),
    ({ kind }) => kind,
  );
  return [...byKind]
    .map(([kind, zeros]) => {
      const visits = zeros.reduce((sum, zero) => sum + zero.visits, 0);
      const lost = zeros.reduce((sum, zero) => sum + zero.lost, 0);
      return { kind, visits, lost, bound: lost > 0 || visits === 0 ? null : upperBoundOfZero(visits) };
    })
    .sort((a, b) => a.kind.localeCompare(b.kind));
}

/**
 * Shards are laid side by side from their own starts. What latencies a second had is left out: seconds keep no
 * histograms, and summaries do not merge.
 */
export function mergeSeconds(loads: readonly LoadResults[]): Second[] {
  const length = Math.max(-1, ...loads.map(({ seconds }) => seconds.at(-1)?.at ?? -1));
  const merged: Second[] = [];
  const lost = loads.map(() => 0);
  for (let at = 0; at <= length; at++) {
    const here = loads.map(({ seconds }) => seconds.find((second) => second.at === at));
    for (const [n, second] of here.entries()) lost[n] = second?.lost ?? lost[n]!;
    const known = here.filter((second) => second !== undefined);
    if (known.length === 0) continue;
    const sum = (
      name: 'visits' | 'streams' | 'chunks' | 'begun' | 'judged' | 'refused' | 'broken' | 'memory',
    ) => known.reduce((total, second) => total + second[name], 0);
    merged.push({
      at,
      visits: sum('visits'),
      streams: sum('streams'),
      chunks: sum('chunks'),
      begun: sum('begun'),
      judged: sum('judged'),
      refused: sum('refused'),
      broken: sum('broken'),
      lost: lost.reduce((total, one) => total + one, 0),
      latencies: {},
      loop: Math.max(...known.map(({ loop }) => loop)),
      cpu: Math.max(...known.map(({ cpu }) => cpu)),
      memory: sum('memory'),
    });
  }
  return merged;
}

/** A process of a run among those of others. What was merged before has such names already. */
export function processOf(run: string, { merged }: LoadResults, process: string): string {
  return merged.length > 0 ? process : `${process} of ${run}`;
}

/** Each process stays what it is: what two machines use does not add up to anything. */
export function mergeProcesses(all: readonly { run: string; load: LoadResults }[]): ProcessSecond[] {
  const merged = new Map<number, ProcessSecond>();
  for (const { run, load } of all) {
    for (const { at, uses } of load.processes) {
      const second = merged.get(at) ?? { at, uses: {} };
      merged.set(at, second);
      for (const [name, use] of Object.entries(uses)) second.uses[processOf(run, load, name)] = use;
    }
  }
  return [...merged.values()].sort((a, b) => a.at - b.at);
}
