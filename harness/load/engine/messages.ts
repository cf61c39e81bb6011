/** What the conductor and its workers say to each other, as JSON over the channel between processes. */
import type { Recorded } from '../../history/index.ts';
import type { LoadPlan } from '../plan.ts';
import type { Counts } from './counts.ts';
import type { Tally } from './tally.ts';

export interface Setup {
  plan: LoadPlan;
  /** Which of how many workers, from 0. */
  worker: number;
  workers: number;
  /** Configuration file that names the target; null: that of this folder, or without one the reference server. */
  config: string | null;
  databaseUrl: string;
  /** Where its part of the history is written. */
  history: string;
}

export type ToWorker =
  | { type: 'setup'; setup: Setup }
  /** Where the target is from now on; null: it is away. */
  | { type: 'way'; origin: string | null }
  /** Users come from then on, ms. */
  | { type: 'start'; at: number }
  /** Recorded elsewhere: processes, faults, calls of the LLM. */
  | { type: 'events'; events: Recorded[] }
  /** All clients lose the network at once; `heal`: it is back. */
  | { type: 'cut'; kind: string }
  | { type: 'heal' }
  /** Something hits everybody whose answer is coming. */
  | { type: 'hit'; kind: string }
  /** Nobody comes any more; those who are there go on to the end. */
  | { type: 'drain' };

/** What a worker tells each second. */
export interface Beat {
  /** ms since the start. */
  at: number;
  /** Since the start; `streams` as it is now. */
  counts: Counts;
  /** Histograms of this second, as Latencies encodes them. */
  latencies: Record<string, string>;
  /** Longest and 99th percentile of what the event loop was late by in this second, ms. */
  loop: { p99: number; max: number };
  /** Share of a core used in this second. */
  cpu: number;
  /** Resident memory, bytes. */
  memory: number;
  /** Visits going on. */
  visits: number;
  lost: number;
}

export type FromWorker =
  | { type: 'ready' }
  | { type: 'beat'; beat: Beat }
  /** How many live streams a cut or a hit found. */
  | { type: 'hit'; kind: string; live: number }
  /**
   * All visits are over. `late`: seeds of which the LLM was called once more when they had been judged; `tardy`: of
   * which it was called for the first time then.
   */
  | { type: 'done'; tallies: Record<string, Tally>; late: number[]; tardy: number[] }
  | { type: 'failed'; message: string };
