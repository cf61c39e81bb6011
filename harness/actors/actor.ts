/**
 * Who uses the system. A scenario speaks to tabs in these words and does not know whether an API client or a
 * page in a browser answers; what only one driver can do, a scenario declares.
 */
import type { AnswerFaultId } from '../faults/answers/index.ts';
import type { CutStyle, StrikePoint, StrikeStyle } from '../faults/fault.ts';
import type { ShaperId } from '../faults/shapers/index.ts';
import type { SendSpec } from '../history/events.ts';
import { deadline, type Starved } from './patience.ts';

/** A session of the target, by the name that the scenario gave it. */
export interface Session {
  name: string;
  /** The target's id. */
  id: string;
}

/** One intended send: asked once, whatever is repeated on the way. */
export interface Question {
  name: string;
  spec: SendSpec;
  /** What the user types; carries the directive of the mock LLM. */
  text: string;
  /** Idempotency key: the same for all repetitions. */
  key: string;
  /** Length of the answer after so many chunks, as they come in from the LLM, UTF-16 units. */
  lengthAfter(chunks: number): number;
}

/** A person's device with its own way to the target. Faults hit devices. */
export interface Device {
  readonly name: string;
  openTab(): Promise<Tab>;
  /** Loses the network: every live exchange ends in this style, new ones are refused. Returns how many were live. */
  cut(style: CutStyle, name: string): Promise<number>;
  /** Loses the network (unless `once`: only the one connection) at a content index of one exchange. */
  cutAt(point: StrikePoint, style: StrikeStyle, options: CutOptions): Promise<ArmedCut>;
  /** Says that it has lost the network and begins nothing new, while what is under way goes on. */
  offline(): Promise<void>;
  /** Has new connections go over a bad line: shapers in the order in which bytes to the device pass them. */
  badLine(line: readonly ShaperId[], name: string): Promise<void>;
  /** Has something befall the answers to new requests. */
  befall(answers: AnswerFaultId, name: string): Promise<void>;
  /** Has new connections reset, while what is under way goes on. */
  refuse(name: string): Promise<void>;
  /** New requests go to another instance of the target, 0 the first; what is under way stays where it is. */
  route(instance: number): Promise<void>;
  /** The network is back, and as it should be. */
  heal(): Promise<void>;
  /** Resolves when every answer that its tabs show has ended. Has no bound of its own. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface CutOptions {
  /** Name of the fault, unique in the play: coverage asks for it. */
  name: string;
  question?: Question;
  once?: boolean;
}

export interface ArmedCut {
  /** Resolves when it has struck. */
  struck: Promise<void>;
}

/** One open page: it shows one session at a time and remembers the others. */
export interface Tab {
  readonly name: string;
  readonly device: Device;
  createSession(name: string): Promise<Session>;
  /** Asks in the session that is shown. Resolves once the target took it on, refused it, or cannot be reached. */
  send(question: Question): Promise<void>;
  /** Reloads: forgets everything it holds and loads the session that is shown. */
  refresh(): Promise<void>;
  switchTo(session: Session): Promise<void>;
  /** Where a page offers no stop, because nothing is being generated, nothing happens. */
  stop(question: Question): Promise<void>;
  /** Resolves when the answer shown is at least as long as that many chunks. Throws `Unmet` after a bound. */
  sees(question: Question, chunks: number): Promise<void>;
  /** Resolves when the tab holds the answer for ended. Throws `Unmet` after a bound. */
  finished(question: Question): Promise<void>;
  /** Resolves when every answer of the session that the tab shows has ended. Has no bound of its own. */
  quiet(): Promise<void>;
  /** For good, in mid-stream too. */
  close(): Promise<void>;
  /** What only a page in a browser can do; an API client has none of it. */
  readonly page?: PageVerbs;
}

/** A scenario that says one of these is for the driver `browser` alone. */
export interface PageVerbs {
  /** The renderer dies. `refresh` brings the tab back. */
  crash(): Promise<void>;
  back(): Promise<void>;
  /** The browser keeps no page any more that it could go back to without asking for it. */
  forgetKept(): Promise<void>;
  forward(): Promise<void>;
  /** The page stands still, as a tab does that a browser has put to sleep, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** As `send`, by a double click. */
  sendTwice(question: Question): Promise<void>;
}

export function pageOf(tab: Tab): PageVerbs {
  if (tab.page) return tab.page;
  throw new TypeError(`tab ${tab.name} is no page: a scenario that needs one is for drivers: ['browser']`);
}

/** A scenario waited for something that did not come within its bound. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
  readonly waitedFor: string;
  readonly ms: number;
  constructor(waitedFor: string, ms: number) {
    super(`waited ${ms} ms in vain for ${waitedFor}`);
    this.waitedFor = waitedFor;
    this.ms = ms;
  }
}

/** Waits for `step`, at most `ms`, and for what the machine took of that; then throws `Unmet`. */
export async function within<T>(ms: number, what: string, step: Promise<T>, starved?: Starved): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const bound = deadline(ms, () => reject(new Unmet(what, ms)), starved);
  return await Promise.race([step, late]).finally(bound.clear);
}
