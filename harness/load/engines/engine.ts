/**
 * Who lets the users in. The stack, the ledger of the LLM, faults' times, verdicts and results are the same for all
 * engines; an engine plays what was planned on a stack that runs, and says of each behaviour what came of it.
 *
 *     playLevel   PostgreSQL, mock LLM, target ── stack ──┐
 *                 calls of the LLM, processes ─── tell ───▶ Engine ─▶ tallies, series, rows ─▶ results.json, report
 *
 * To add one: a file here and a line in index.ts. What it cannot see it leaves without samples: that is `unknown`.
 */
import type { TargetCapabilities } from '../../history/events.ts';
import type { Recorded, Recorder } from '../../history/index.ts';
import type { Strike } from '../../runs/load-results.ts';
import type { ScenarioResult } from '../../runs/results.ts';
import type { Guardian } from '../../stack/guardian.ts';
import type { Stack } from '../../stack/stack.ts';
import type { Target } from '../../targets/target.ts';
import type { Tally } from '../engine/tally.ts';
import type { Scheduled } from '../faults.ts';
import type { Mix } from '../mix.ts';
import type { LoadPlan } from '../plan.ts';
import type { Series } from '../series.ts';

/** What users do, as an engine knows it. */
export interface Doing {
  id: string;
  /** In words for a report. */
  title: string;
  /** It does something to an answer that is coming; if it met none, it has proved nothing. */
  strikes: boolean;
  /** Checkers that it feeds besides those that all behaviours of its engine feed. */
  feeds?: readonly string[];
  /** Why a target cannot be visited in this way; null: it can. */
  needs?(capabilities: TargetCapabilities): string | null;
}

export interface Engine {
  /** As on the command line. */
  id: string;
  what: string;
  /** What its rows in the results are played by. */
  driver: string;
  doings: readonly Doing[];
  /** What users do unless it is said. */
  mix: Mix;
  /** Checkers without samples of which one of its behaviours has proved nothing. */
  fed: ReadonlySet<string>;
  /** Why it cannot play this; null: it can. */
  refuses(asked: Asked): string | null;
  /**
   * What it needs of this machine and finds, makes, or does not find.
   *
   * @param tell told in words what takes long
   */
  find(tell: (line: string) => void): Promise<Found>;
  /** Gets ready on a stack that runs. What this needs to be stopped again is stopped where it throws. */
  begin(setup: EngineSetup): Promise<Playing>;
}

export interface Asked {
  plan: LoadPlan;
  faults: readonly Scheduled[];
  target: Target;
}

export type Found = { ok: true; why: string } | { ok: false; why: string };

export interface EngineSetup {
  plan: LoadPlan;
  faults: readonly Scheduled[];
  target: Target;
  workers: number;
  config: string | null;
  stack: Stack;
  guardian: Guardian;
  /** Where it writes what it leaves. */
  folder: string;
  recorder: Recorder;
  signal: AbortSignal;
}

export interface Playing {
  /** Second by second, as it goes on. */
  series: Series;
  /** Something was recorded that it must know of: `llm.call` and `llm.end`, what becomes of processes, faults. */
  tell(event: Recorded): void;
  /** Lets the users come. Resolves when all have gone and all is judged; rejects where the engine itself fails. */
  play(): Promise<Played>;
  /** Ends whatever is left of it; may be called twice. */
  close(): Promise<void>;
}

/** What came of a level. */
export interface Played {
  /** By behaviour. */
  tallies: Record<string, Tally>;
  strikes: Strike[];
  /** A row for each behaviour, and one for the load itself. */
  rows: ScenarioResult[];
  /** Why the generator itself falsified what was measured; null where it kept up. */
  saturated: string | null;
}
