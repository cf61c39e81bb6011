import type { Recorder, SendSeed } from '../../history/index.ts';
import type { Target, User } from '../../targets/target.ts';

/** What an API actor needs to know. Times are ms. */
export interface ApiSettings {
  target: Target;
  persistence: string;
  user: User;
  recorder: Recorder;
  /** Which send a question's text belongs to. */
  identify(question: string): SendSeed | null;
  /** Sends invoked so far in a session (the target's id): what a reader may look for. */
  sendsIn(session: string): SendSeed[];
  /** `auto`: by stream where the target can, else by polling. */
  resume: 'auto' | 'stream' | 'poll';
  pollEvery: number;
  /** Without a byte for so long a stream counts as dead. */
  silence: number;
  /** Bound of one request and of waiting for its answer. */
  requestWithin: number;
  /** Bound of `sees` and `finished`. */
  waitWithin: number;
  /** A name unique in the history. */
  name(kind: string): string;
}

/** Defaults: the page's own polling period, and a silence of three keep-alives of the reference server. */
export const API_DEFAULTS = {
  resume: 'auto',
  pollEvery: 2_000,
  silence: 3_000,
  requestWithin: 5_000,
  waitWithin: 15_000,
} as const satisfies Partial<ApiSettings>;
