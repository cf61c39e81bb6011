/** A load run second by second, merged over its workers as they tell it. */
import type { LatencySummary, Second } from '../runs/load-results.ts';
import type { Counts } from './engine/counts.ts';
import { Latencies } from './engine/latencies.ts';
import type { Beat } from './engine/messages.ts';

/** Seconds within which all workers tell of one. */
const OPEN = 5;

/** What is counted up to the last beat of a worker. */
type Last = Map<number, Beat>;

export class Series {
  /** Of the whole run. */
  readonly latencies = new Latencies();
  private readonly seconds = new Map<number, Second>();
  /** Of seconds of which beats of other workers may still come; what is summed up needs its histograms no longer. */
  private readonly open = new Map<number, Latencies>();
  private readonly last: Last = new Map();

  push(worker: number, beat: Beat): void {
    const at = secondOf(beat);
    const before = this.last.get(worker);
    // The last beat comes when it is over: what stands in place of another of the same second is not added to it.
    const replaced = before && secondOf(before) === at ? before : undefined;
    this.last.set(worker, beat);
    this.latencies.merge(beat.latencies);
    const second = this.seconds.get(at) ?? emptySecond(at);
    this.seconds.set(at, second);
    const latencies = this.open.get(at) ?? new Latencies();
    this.open.set(at, latencies);
    latencies.merge(beat.latencies);
    second.visits += beat.visits - (replaced?.visits ?? 0);
    second.streams += beat.counts.streams - (replaced?.counts.streams ?? 0);
    for (const name of ['chunks', 'begun', 'judged', 'refused', 'broken'] as const)
      second[name] += beat.counts[name] - (before?.counts[name] ?? 0);
    second.lost += beat.lost - (replaced?.lost ?? 0);
    second.loop = Math.max(second.loop, beat.loop.p99);
    second.cpu = Math.max(second.cpu, beat.cpu);
    second.memory += (beat.memory - (replaced?.memory ?? 0)) / 2 ** 20;
    for (const name of latencies.names()) second.latencies[name] = summaryOf(latencies, name)!;
    for (const old of this.open.keys()) if (old < at - OPEN) this.open.delete(old);
  }

  /** All seconds so far, in order. */
  all(): Second[] {
    return [...this.seconds.values()].sort((a, b) => a.at - b.at);
  }

  /** The last second of which all `workers` have told. */
  latest(workers: number): Second | undefined {
    const ends = [...this.last.values()].map(({ at }) => Math.round(at / 1_000));
    return ends.length < workers ? undefined : this.seconds.get(Math.min(...ends));
  }

  /** Counts of all workers, up to now. */
  totals(): Counts {
    const sum: Counts = { begun: 0, judged: 0, streams: 0, chunks: 0, cut: 0, broken: 0, refused: 0 };
    for (const { counts } of this.last.values())
      for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
    return sum;
  }
}

function secondOf({ at }: Beat): number {
  return Math.max(0, Math.round(at / 1_000));
}

export function summaryOf(latencies: Latencies, name: string): LatencySummary | undefined {
  const summary = latencies.summary(name);
  if (!summary) return undefined;
  const { n, max } = summary;
  return { n, p50: latencies.at(name, 0.5)!, p99: latencies.at(name, 0.99)!, max };
}

function emptySecond(at: number): Second {
  return {
    at,
    visits: 0,
    streams: 0,
    chunks: 0,
    begun: 0,
    judged: 0,
    refused: 0,
    broken: 0,
    lost: 0,
    latencies: {},
    loop: 0,
    cpu: 0,
    memory: 0,
  };
}
