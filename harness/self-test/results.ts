/** What a self-test found, as it stands in `self-test.json`. Times are ms. */
import type { Verdict } from '../checkers/checker.ts';
import type { Environment, Results } from '../runs/results.ts';

export interface PlantedResult {
  /** The planted defect; null: none was, and nothing may fail. */
  defect: string | null;
  scenario: string;
  driver: string;
  /** The page rendered Markdown; absent: it showed its text as it is, or there was none. */
  page?: 'plain' | 'rendered';
  /** Checkers that must fail, the one that names the defect first. */
  expected: string[];
  /** Checkers that failed, over all that was played. */
  failed: string[];
  /** Checkers that could say nothing, although the scenario had promised to feed them. */
  unjudged: string[];
  /** `exact`: what must fail failed, and nothing else did or was left open without leave. */
  outcome: 'exact' | 'differs' | 'not-played';
  /** What differs, or why it was not played; null where it is exact. */
  why: string | null;
  /** Seed of its run. */
  seed: number;
  /** Plays this alone again. */
  command: string;
  /** Folder of its run, from the folder of the self-test; null where there is none. */
  folder: string | null;
  durationMs: number;
}

export interface SelfTestResults {
  version: 1;
  run: string;
  seed: number;
  command: string;
  /** `pass` only where every row is exact. */
  verdict: Verdict;
  startedAt: string;
  durationMs: number;
  environment: Environment;
  planted: PlantedResult[];
  /** Scenarios on a clean target. */
  clean: PlantedResult[];
  /** The scenario that must fail. */
  canary: PlantedResult[];
  failure: Results['failure'];
}
