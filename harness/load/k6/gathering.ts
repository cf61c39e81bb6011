/**
 * Makes visits, latencies and seconds of samples. Latencies count where the visit was measured (past the warm-up), as
 * with any engine; what stock k6 cannot see, first chunks and gaps between chunks, has no samples by it.
 */
import type { Recorded } from '../../history/index.ts';
import { type Counts, noCounts } from '../engine/counts.ts';
import { Latencies } from '../engine/latencies.ts';
import { Series } from '../series.ts';
import type { Sample } from './samples.ts';

/** Our names of what k6 measures, ms. */
const LATENCY: Readonly<Record<string, string>> = {
  first_chunk_ms: 'first-chunk',
  chunk_gap_ms: 'chunk-gap',
  recovery_ms: 'recovery',
  switch_ms: 'switch',
  lateness_ms: 'lateness',
};

/** What a virtual user handed over at the end of a visit. */
export interface VisitSeen {
  visit: number;
  behaviour: string;
  measured: boolean;
  struck: boolean;
  /** All its answers came whole. */
  whole: boolean;
  /** Answers that were taken on. */
  answers: number;
  sessions: readonly { id: string; sends: readonly number[] }[];
  /** By the clock of the machine that k6 ran on: wall-clock time, ms. */
  events: readonly Recorded[];
}

export class Gathering {
  readonly series = new Series();
  /** Behaviours of visits that began and have not come to their end, by visit. */
  readonly open = new Map<number, string>();
  /** Iterations that k6 could not begin for want of virtual users. */
  dropped = 0;
  /** What the scripts were told, as the first of them says it. */
  settings: string | undefined;
  private readonly counts: Counts = noCounts();
  private latencies = new Latencies();
  private start: number | undefined;
  private second = 0;
  private lostSoFar = 0;

  /** @returns a visit that has come to its end, with this sample */
  take({ metric, at, value, tags, metadata }: Sample): VisitSeen | undefined {
    this.tick(at);
    const latency = LATENCY[metric];
    if (latency !== undefined) {
      if (tags.measured !== 'no') this.latencies.record(latency, value);
      return undefined;
    }
    if (metric === 'dropped_iterations') this.dropped += value;
    if (value === 0 || metadata.visit === undefined) return undefined;
    const visit = Number(metadata.visit);
    const behaviour = tags.behaviour ?? '';
    if (metric === 'visits_begun') {
      this.settings ??= metadata.settings;
      this.open.set(visit, behaviour);
      this.counts.begun++;
      return undefined;
    }
    if (metric !== 'holdfast_history') return undefined;
    this.open.delete(visit);
    return {
      visit,
      behaviour,
      measured: tags.measured === 'yes',
      struck: metadata.struck === 'yes',
      whole: metadata.whole === 'yes',
      answers: Number(metadata.answers),
      sessions: JSON.parse(metadata.sessions ?? '[]'),
      events: JSON.parse(metadata.events ?? '[]'),
    };
  }

  /** A visit was judged. @param chunks that were compared in it */
  judged(chunks: number, lost: boolean, refused: boolean): void {
    this.counts.judged++;
    this.counts.chunks += chunks;
    if (lost) this.lostSoFar++;
    if (refused) this.counts.refused++;
  }

  private tick(at: number): void {
    this.start ??= at;
    const second = Math.floor((at - this.start) / 1_000);
    // Samples of several virtual users come a little out of order.
    if (second > this.second) this.beat(second);
  }

  private beat(second: number): void {
    const latencies = this.latencies.encode();
    this.latencies = new Latencies();
    this.series.push(0, {
      at: second * 1_000,
      counts: { ...this.counts },
      latencies,
      // Of a process that is not ours nothing of this is known.
      loop: { p99: 0, max: 0 },
      cpu: 0,
      memory: 0,
      visits: this.open.size,
      lost: this.lostSoFar,
    });
    this.second = second;
  }

  /** Nothing more comes. */
  end(): void {
    this.beat(this.second + 1);
  }
}
