/**
 * A checker judges one invariant from a history. It is a fold: `init`, `step` for every event of the types it
 * names, `merge` of two partial folds of the same key, `verdict`. Events come grouped by key and, within one
 * source, in their order; sources may interleave in any way, so nothing may rest on the order in which events
 * of two sources are folded, only on their times and the error of their clocks.
 *
 * What checkers have in common — which text of which view is expected, doubled, missing, foreign — is worked out
 * once by the `Generation` that comes along, so that a checker holds its invariant and nothing else.
 */
import type { EventType, RecordedOf } from '../history/events.ts';
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

export interface Finding {
  /** How many times the invariant could have been broken. 0: nothing was judged. */
  samples: number;
  violations: Violation[];
  /** Why nothing can be said although there were samples; makes it `unknown` unless there are violations. */
  inconclusive?: string;
}

/** What a fold is keyed by: one generation (a send), or the whole play, or the stack. */
export type KeyedBy = 'send' | 'play';

export interface Checker<State = unknown, Types extends EventType = EventType> {
  id: string;
  /** The invariant, in one sentence that a user can act on. */
  holds: string;
  /** Each clause has a planted violation in the tests. */
  clauses: Readonly<Record<string, string>>;
  key: KeyedBy;
  /** Types of events that `step` wants. */
  on: readonly Types[];
  init(): State;
  /** May change and must return the state. `about` is what is known of the key so far. */
  step(state: State, event: RecordedOf<Types>, about: About): State;
  merge(a: State, b: State): State;
  verdict(state: State, about: About): Finding;
}

/** What comes along with a fold. `generation` is undefined for checkers keyed by play. */
export interface About {
  generation: Generation;
  play: PlayFacts;
}
