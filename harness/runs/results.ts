/**
 * The results of a run, version 1, as they stand in `results.json`. Described by results.schema.json, which is
 * part of the public interface: fields are added, never changed.
 */
import type { CheckResult, Metric, Verdict } from '../checkers/checker.ts';
import type { HistoryFlaw } from '../history/reader.ts';
import type { LoadResults } from './load-results.ts';

export type { CheckResult, Metric } from '../checkers/checker.ts';

export const RESULTS_VERSION = 1;

/** Stands among the scenarios for the stack itself, which is judged when all plays are over. */
export const STACK_SCENARIO = 'stack';

export interface ScenarioResult {
  id: string;
  title: string;
  driver: string;
  persistence: string;
  repetition: number;
  /** Key of this play in the history: events carry it as `play`. */
  play: string;
  verdict: Verdict;
  /** Why the verdict is not a pass, in a sentence. */
  reason: string | null;
  checks: CheckResult[];
  metrics: Record<string, Metric>;
  durationMs: number;
  /** Where each fault was planned to strike. */
  strikes: string[];
  /** Files that the play left besides its history, by their paths within the run's folder. */
  artifacts: string[];
}

export interface Skipped {
  what: string;
  why: string;
  /** It was allowed in words (--allow-skip), so it does not make the run `unknown`. */
  allowed: boolean;
}

export interface Environment {
  holdfast: string;
  commit: string | null;
  node: string;
  os: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  postgres: string | null;
  /** That pages were played in; null: none. */
  browser: string | null;
  target: string;
}

export interface Results {
  version: typeof RESULTS_VERSION;
  /** Name of the run's folder. */
  run: string;
  seed: number;
  /** Repeats this run. */
  command: string;
  verdict: Verdict;
  startedAt: string;
  durationMs: number;
  environment: Environment;
  /** Planted in the target on purpose: what fails may be their doing. */
  defects: string[];
  scenarios: ScenarioResult[];
  skipped: Skipped[];
  /** Damage of the history file that the judge met. */
  flaws: HistoryFlaw[];
  /** Set where the harness itself failed: the run proves nothing beyond what stands here. */
  failure: { code: string; message: string } | null;
  /** What a load run adds; null for any other, and where it came to nothing. */
  load: LoadResults | null;
}
