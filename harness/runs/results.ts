/**
 * The results of a run, version 1, as they stand in `results.json`. Described by results.schema.json, which is
 * part of the public interface: fields are added, never changed.
 */
import type { CheckVerdict, Place, Verdict, Violation } from '../checkers/checker.ts';
import type { HistoryFlaw } from '../history/reader.ts';

export const RESULTS_VERSION = 1;

export interface CheckResult {
  id: string;
  verdict: CheckVerdict;
  /** How many times the invariant could have been broken. */
  samples: number;
  /** Of the first violation; for a pass, what was found to hold; for the others, what was missing. */
  expected: string;
  actual: string;
  /** Where the first violation happened; null where there is none. */
  place: Place | null;
  /** Lines of history.jsonl, as `source#seq`. */
  evidence: string[];
  /** All violations, at most 20; `violationCount` counts all. */
  violations: Violation[];
  violationCount: number;
}

/** A measured figure: order statistics over its samples, nearest rank, no interpolation. */
export interface Metric {
  unit: 'ms' | 'chunks' | 'ratio';
  n: number;
  min: number;
  p50: number;
  p99: number;
  max: number;
}

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
  scenarios: ScenarioResult[];
  skipped: Skipped[];
  /** Damage of the history file that the judge met. */
  flaws: HistoryFlaw[];
  /** Set where the harness itself failed: the run proves nothing beyond what stands here. */
  failure: { code: string; message: string } | null;
}
