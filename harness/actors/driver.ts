/** Who plays a scenario: an API client, or a page in a browser. Both answer to the same words (`actor.ts`). */

import type { FaultProxy } from '../faults/proxy.ts';
import type { Recorder, SendSeed } from '../history/index.ts';
import type { PageMode } from '../targets/page.ts';
import type { Target, User } from '../targets/target.ts';
import type { Device } from './actor.ts';
import type { Starved } from './patience.ts';

export type DriverName = 'api' | 'browser';

export interface Driver {
  readonly name: DriverName;
  /** A device of the play's user, with a listener of the fault proxy to itself. */
  device(name: string, settings: ActorSettings, proxy: FaultProxy): Promise<Device>;
  /**
   * Looks at a session as somebody who never saw anything before, past all faults, when everything is over; only where
   * what a tab shows cannot be judged without that. Throws `Unmet` after a bound.
   *
   * @param sends whose answers are there and have ended
   * @param origin of the target
   */
  readAfresh?(session: string, sends: SendSeed[], settings: ActorSettings, origin: string): Promise<void>;
}

/** What an actor needs to know, whoever drives it. Times are ms. */
export interface ActorSettings {
  /** Key of the play in the history. */
  play: string;
  target: Target;
  persistence: string;
  /** How pages show text. */
  pageMode: PageMode;
  /** The source that a rendered text of the answer to a send proves. */
  sourceOf(send: SendSeed, rendered: string): string;
  user: User;
  recorder: Recorder;
  /** Which send a question's text belongs to. */
  identify(question: string): SendSeed | null;
  /** Sends invoked so far in a session (the target's id): what a reader may look for. */
  sendsIn(session: string): SendSeed[];
  /** How clients catch up where it can be chosen; `auto`: by stream where the target can, else by polling. */
  resume: 'auto' | 'stream' | 'poll';
  pollEvery: number;
  /** Without a byte for so long a stream counts as dead. */
  silence: number;
  /** Bound of one request and of waiting for its answer. */
  requestWithin: number;
  /** Bound of `sees` and `finished`. */
  waitWithin: number;
  /** How long those who are waited for were ready to run and were not run; what is waited for may take so much longer. */
  starved: Starved;
  /** A name unique in the history. */
  name(kind: string): string;
}
