/** What all visits of a process share. Times are ms. */
import type { SendSpec, TargetCapabilities } from '../../history/events.ts';
import type { Target } from '../../targets/target.ts';
import type { Counts } from './counts.ts';
import type { Way } from './exchange.ts';
import type { Latencies } from './latencies.ts';

export interface Question {
  spec: SendSpec;
  /** What the user types; carries the directive of the mock LLM. */
  text: string;
  /** Idempotency key: the same for all repetitions. */
  key: string;
}

export interface Context {
  target: Target;
  capabilities: TargetCapabilities;
  /** The way to the target from now on; null while it is away. */
  way(): Way | null;
  /** Resolves when there is one. */
  whenServed(): Promise<void>;
  /** Cut off or back, all clients at once: what is told to each reading when it happens. */
  pollEvery: number;
  /** Of the second that it is: to be asked for anew each time. */
  readonly latencies: Latencies;
  /**
   * Latencies count from then on, ms: before it is the warm-up. Recoveries count whenever they are, since what they
   * recover from struck then, too.
   */
  measuredFrom: number;
  counts: Counts;
  /** Unique in the run. */
  name(kind: string): string;
}

/** Without a byte for so long a connection counts as dead. */
export const SILENCE = 10_000;
