/** Who plays a scenario: an API client, or a page in a browser. Both answer to the same words (`actor.ts`). */
import type { FaultProxy } from '../faults/proxy.ts';
import type { Recorder, SendSeed } from '../history/index.ts';
import type { Target, User } from '../targets/target.ts';
import type { Device } from './actor.ts';
import type { Starved } from './patience.ts';

export type DriverName = 'api' | 'browser';

export interface Driver {
  readonly name: DriverName;
  /** A device of the play's user, with a listener of the fault proxy to itself. */
  device(name: string, settings: ActorSettings, proxy: FaultProxy): Promise<Device>;
}

/** What an actor needs to know, whoever drives it. Times are ms. */
export interface ActorSettings {
  /** Key of the play in the history. */
  play: string;
  target: Target;
  persistence: string;
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
