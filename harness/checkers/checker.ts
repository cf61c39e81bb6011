/**
 * A checker judges one invariant from a history. It is a fold: `init`, `step` for every event of the types it
 * names, `merge` of two partial folds of the same key, `verdict`. Events come grouped by key and, within one
 * source, in their order; sources may interleave in any way, so nothing may rest on the order in which events
 * of two sources are folded, only on their times and the error of their clocks.
 *
 * What checkers have in common — which text of which view is expected, doubled, missing, foreign; which call was
 * open when; what each place said — is folded once, into the `Generation` and the `PlayFacts` that come along.
 * A checker that needs nothing else spreads `judgedFromFacts` and holds its invariant only.
 *
 * To add one: a file of its own that exports a `Checker` whose docstring tells a user what it holds, a line in
 * index.ts, and in the tests a planted violation for each of its `clauses` (a test counts them).
 */
import type { EventType, RecordedOf, SendSeed } from '../history/events.ts';
import type { Generation } from './generation.ts';
import type { PlayFacts } from './play-facts.ts';

export type Verdict = 'pass' | 'fail' | 'unknown';
/** `not-applicable`: it had nothing to judge, and the scenario did not promise it anything. Never a pass. */
export type CheckVerdict = Verdict | 'not-applicable';

/** Where a loss happened: each place is compared with the truth, not with another place. */
export type Place = 'generation' | 'database' | 'delivery' | 'page' | 'target' | 'harness';

/** A line of the history: `source#seq`. */
export type EvidenceRef = string;

export interface Violation {
  /** Which clause of the invariant, as the checker's `clauses` names it. */
  clause: string;
  expected: string;
  actual: string;
  place: Place;
  /** The view, row, stream or operation concerned. */
  where: string;
  evidence: EvidenceRef[];
}

/** As a checker finds it. */
export interface FoundViolation extends Violation {
  /** What is there is true, and what is due has not come yet: it breaks liveness alone, not safety. */
  liveness?: true;
}

export interface Finding {
  /** How many times the invariant could have been broken. 0: nothing was judged. */
  samples: number;
  violations: FoundViolation[];
  /** Why nothing can be said although there were samples; makes it `unknown` unless there are violations. */
  inconclusive?: string;
}

/** What comes along with a fold over one send. */
export interface AboutSend {
  generation: Generation;
  play: PlayFacts;
}

/** What comes along with a fold over one play. */
export interface AboutPlay {
  generations: ReadonlyMap<SendSeed, Generation>;
  play: PlayFacts;
}

interface Fold<State, Types extends EventType, About> {
  id: string;
  /** The invariant, in one sentence that a user can act on. */
  holds: string;
  /** Whatever it finds breaks liveness alone: what is due comes too late or not at all, and nothing is lost or untrue. */
  liveness?: true;
  /** Each clause has a planted violation in the tests. */
  clauses: Readonly<Record<string, string>>;
  /** Types of events that `step` wants. */
  on: readonly Types[];
  init(): State;
  /** May change and must return the state. */
  step(state: State, event: RecordedOf<Types>): State;
  /** May change and must return `a`. */
  merge(a: State, b: State): State;
  verdict(state: State, about: About): Finding;
}

/** Keyed by one generation. */
export interface SendChecker<State = unknown, Types extends EventType = EventType>
  extends Fold<State, Types, AboutSend> {
  key: 'send';
}
/** Keyed by one play; events of the whole stack belong to each play. */
export interface PlayChecker<State = unknown, Types extends EventType = EventType>
  extends Fold<State, Types, AboutPlay> {
  key: 'play';
}
export type Checker = SendChecker | PlayChecker;

/** The empty fold of a checker that judges from the common facts alone. */
export const judgedFromFacts = {
  on: [] as const,
  init: () => null,
  step: () => null,
  merge: () => null,
};

/** More violations of one check are counted and not kept. */
export const VIOLATIONS_KEPT = 20;

/** The judgement of one checker on one play. */
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
