/**
 * The results of an exploration, version 1, as they stand in `explored.json`. Described by results.schema.json, which
 * is part of the public interface: fields are added, never changed.
 */
import type { Verdict } from '../checkers/checker.ts';
import type { Program } from '../programs/program.ts';
import type { Environment } from '../runs/results.ts';
import type { Tally } from './tally.ts';

export const EXPLORED_VERSION = 1;

export interface Explored {
  version: typeof EXPLORED_VERSION;
  /** Name of the exploration's folder. */
  run: string;
  seed: number;
  /** Repeats this exploration. */
  command: string;
  /** `fail`: something was found · `unknown`: something could not be judged, or not all was played. */
  verdict: Verdict;
  startedAt: string;
  durationMs: number;
  environment: Environment;
  persistence: string;
  /** Planted in the target, by name. */
  defects: string[];
  programs: {
    asked: number;
    /** Different ones; an exploration ends where something was found. */
    played: number;
    /** Which of the row failed first, from 1; null: none. */
    firstFailed: number | null;
  };
  /** Of the programs of the row; not of what was played to shorten one. */
  tally: Tally;
  found: Found | null;
  /** Programs of which nobody can say whether they kept everything: at most 20. */
  doubts: Doubt[];
  /** Set where the harness itself failed. */
  failure: { code: string; message: string } | null;
}

export interface Found {
  /** Follows from what the program does. */
  name: string;
  program: Program;
  /** The same for people, a line a step. */
  words: string[];
  /** Checkers that failed when it was shortest. */
  checkers: string[];
  reason: string;
  /** Steps of the program that was found first. */
  stepsBefore: number;
  /** Plays that shortening it took, and whether nothing simpler fails; else the plays were used up. */
  shrink: { plays: number; exhausted: boolean };
  /** It was played again so often, and failed so often by the same checkers. */
  confirmed: { plays: number; failed: number };
  /** Plays it again. */
  command: string;
  /** Where it was kept; null: nowhere. */
  file: string | null;
  /** Folder of the run in which it was played again. */
  report: string | null;
}

export interface Doubt {
  /** null: it befell many that were played together, and none of them alone. */
  name: string | null;
  program: Program | null;
  reason: string;
}
