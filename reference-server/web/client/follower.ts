/**
 * Keeps one answer current until the server has said that it ended: sends its question, reads its stream, takes the
 * stream up again where it broke off, and asks where there is none. Nothing else ends it: not silence, not the end
 * of a connection, not a text that has stopped growing.
 */
import { Refused } from './api.ts';
import type { Connection } from './connection.ts';
import { cursorOf, type ServerEvent } from './events.ts';
import type { Message, Problem, State } from './message.ts';
import { phaseOf } from './message.ts';
import type { Parts } from './parts.ts';

export interface FollowerContext {
  parts: Parts;
  connection: Connection;
  /** ms between two questions how it stands, where nothing is heard otherwise. */
  poll: number;
  /** ms without a byte after which a stream counts as dead. */
  stallTimeout: number;
  /** Tells a moment worth measuring. */
  mark(name: 'chat:reconnect' | 'chat:first-new-chunk' | 'chat:finished', about: About): void;
  /** The server has named the question and its answer. */
  named(session: string): void;
}

interface About {
  session: string;
  message: string;
}

/** So often the server may fail to take a question, or not know an answer it has announced, before that is final. */
const PATIENCE = 4;

export class Follower {
  readonly session: string;
  readonly key: string;
  readonly #context: FollowerContext;
  /** Aborted to leave the connection that is open or being opened. */
  #connection = new AbortController();
  #wake = () => {};
  /** Woken while it did not sleep: the next pause is none. */
  #isAwake = false;
  #left = false;
  /** Looks in a row that found no such answer. */
  #unknown = 0;
  /** Attempts in a row that brought nothing, since the network was last said to be back. */
  #inVain = 0;
  /** A connection was lost, and nothing new has come since. */
  #recovering = false;

  constructor(context: FollowerContext, session: string, key: string) {
    this.#context = context;
    this.session = session;
    this.key = key;
  }

  /** Resolves when there is nothing more to follow. */
  async run(): Promise<void> {
    if (this.#held.id === '') await this.#untilSent();
    while (this.#goesOn) {
      const before = this.#held.text.length;
      await this.#resume();
      if (!this.#goesOn) return;
      this.#inVain = this.#held.text.length > before ? 0 : this.#inVain + 1;
      if (this.#inVain === 0) continue;
      await this.#look();
      if (this.#goesOn) await this.#pause(this.#mayStream ? this.#inVain : Number.POSITIVE_INFINITY);
    }
  }

  /** Something has changed (the network is back, the session is shown or no longer): go on by what holds now. */
  reconsider(): void {
    // The server must hear a question out before its connection is given up.
    if (this.#held.id !== '') this.reconnect();
  }

  /** The network is back: whatever seemed open before is not to be trusted. */
  reconnect(): void {
    // It may be said a moment too soon: what fails now is tried again at once, however long it had failed before.
    this.#inVain = 0;
    this.#connection.abort();
    this.#isAwake = true;
    this.#wake();
  }

  leave(): void {
    this.#left = true;
    this.reconnect();
  }

  get #held(): Message {
    return this.#context.parts.cache.message(this.session, this.key)!;
  }

  get #goesOn(): boolean {
    const { parts } = this.#context;
    const held = parts.cache.message(this.session, this.key);
    return !this.#left && held !== undefined && parts.unfinished(held, this.session);
  }

  get #mayStream(): boolean {
    const { parts } = this.#context;
    return parts.streams(this.session, parts.cache.shown);
  }

  #update(change: Partial<Message>): void {
    this.#context.parts.cache.update(this.session, this.key, change);
  }

  /** Sends the question, again and again under the same key, until the server has named the answer or refused. */
  async #untilSent(): Promise<void> {
    const { parts, connection } = this.#context;
    const question = parts.cache.message(this.session, this.#held.answers!)!;
    for (let failures = 0, inVain = 1; this.#goesOn && this.#held.id === ''; inVain++) {
      try {
        await this.#connect((signal) =>
          parts.api.send({ session: this.session, content: question.text, key: question.key }, signal),
        );
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        connection.reached();
        failures++;
        if (this.#goesOn && (!error.passing || failures > PATIENCE)) this.#failed(error.problem);
      }
      if (this.#goesOn && this.#held.id === '') await this.#pause(inVain);
    }
  }

  /** Takes up the stream where what is held ends. */
  async #resume(): Promise<void> {
    const { parts, mark, connection } = this.#context;
    if (!this.#mayStream) return;
    const { id, text } = this.#held;
    try {
      await this.#connect((signal) => {
        mark('chat:reconnect', { session: this.session, message: id });
        this.#recovering = true;
        return parts.api.stream(id, text === '' ? null : cursorOf(id, text.length), signal);
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      connection.reached();
      // It will not go on from what is held here: what it has is the truth, although it is less.
      if ([400, 409, 416].includes(error.http)) await this.#look(true);
    }
  }

  /**
   * One connection, from its request to its end.
   *
   * @throws Refused where the server says no
   */
  async #connect(open: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    const { parts, connection, stallTimeout, poll } = this.#context;
    const slot = await parts.slots.take();
    const isSend = this.#goesOn && this.#held.id === '';
    if (!slot && !isSend) return;
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const leave = () => this.#connection.abort();
    const watches = {
      bytes: watch(stallTimeout, () => {
        connection.missed();
        leave();
      }),
      progress: watch(poll, () => void this.#lookBehind(signal)),
    };
    try {
      if (this.#left || (!isSend && !this.#mayStream)) return;
      const response = await open(signal);
      connection.reached();
      for await (const event of parts.events(response, signal)) {
        if (signal.aborted || !this.#goesOn) return;
        watches.bytes.reset();
        if (parts.isProgress(event)) watches.progress.reset();
        connection.reached();
        const isOfUse = await this.#take(event);
        // Once the server has named the answer, who may not stream it can ask for it.
        if (!isOfUse || (this.#held.id !== '' && !(slot && this.#mayStream))) return;
      }
      const state = parts.afterCleanEnd();
      if (state && !signal.aborted && this.#goesOn) this.#update({ state, phase: phaseOf(state) });
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (!signal.aborted) connection.missed();
    } finally {
      watches.bytes.stop();
      watches.progress.stop();
      leave();
      slot?.();
    }
  }

  /** @returns whether this connection is of further use */
  async #take(event: ServerEvent): Promise<boolean> {
    const { parts, mark, named } = this.#context;
    const held = this.#held;
    switch (event.type) {
      case 'message':
        if (held.id !== '') return true;
        parts.cache.update(this.session, held.answers!, {
          id: event.question,
          phase: 'sent',
          state: 'completed',
        });
        this.#update({ id: event.answer, phase: 'streaming', state: 'generating' });
        named(this.session);
        return true;
      case 'chunk': {
        const text = parts.place(held.text, event);
        if (text === null) return false;
        if (text === held.text) return true; // an empty chunk, or one that is held already
        this.#update({ text, phase: 'streaming', state: 'generating' });
        if (this.#recovering) mark('chat:first-new-chunk', { session: this.session, message: held.id });
        this.#recovering = false;
        return true;
      }
      case 'done':
        // Another length than what is held: more was lost on the way than this connection can tell.
        if (parts.isWhole(held.text, event.length)) this.#finish(event.state, event.problem);
        else await this.#look();
        return false;
      default:
        return true;
    }
  }

  /** Asks for the row of the answer. */
  async #look(isTruth = false): Promise<void> {
    const { parts, connection } = this.#context;
    try {
      const row = await parts.api.message(this.#held.id);
      connection.reached();
      this.#unknown = 0;
      if (!this.#goesOn) return;
      const held = this.#held;
      const next = parts.adopt(held, row, isTruth);
      if (next !== held) this.#update(next);
      if (!this.#goesOn) this.#context.mark('chat:finished', { session: this.session, message: row.id });
    } catch (error) {
      if (!(error instanceof Refused)) return connection.missed();
      connection.reached();
      if (!this.#goesOn) return;
      if (error.http === 401) return this.#failed(error.problem);
      // What was announced and is not there may still be on its way into the database.
      if (error.http === 404 && ++this.#unknown > PATIENCE) this.#failed(LOST);
    }
  }

  /** While a stream is open and says nothing: is there more of the answer than it has brought? */
  async #lookBehind(stream: AbortSignal): Promise<void> {
    if (this.#held.id === '') return;
    const before = this.#held.text.length;
    await this.#look();
    if (!stream.aborted && (!this.#goesOn || this.#held.text.length > before)) this.#connection.abort();
  }

  #finish(state: State, problem: Problem | null): void {
    this.#update({ state, problem, phase: phaseOf(state) });
    this.#context.mark('chat:finished', { session: this.session, message: this.#held.id });
  }

  #failed(problem: Problem): void {
    const { parts } = this.#context;
    const { id, answers } = this.#held;
    if (id === '' && answers !== null) parts.cache.update(this.session, answers, { phase: 'error' });
    this.#update({ phase: 'error', problem });
  }

  async #pause(inVain: number): Promise<void> {
    const { parts, poll } = this.#context;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, inVain === Number.POSITIVE_INFINITY ? poll : parts.pause(inVain, poll));
    this.#wake = resolve;
    if (this.#isAwake) resolve();
    await promise;
    this.#isAwake = false;
    clearTimeout(timer);
  }
}

const LOST: Problem = {
  code: 'ANSWER_LOST',
  message: 'The server does not know this answer any more: it was lost before it was saved.',
};

/** Calls back when it has not been reset for so long, and then again and again. */
function watch(ms: number, late: () => void): { reset(): void; stop(): void } {
  let timer = setInterval(late, ms);
  return {
    reset() {
      clearInterval(timer);
      timer = setInterval(late, ms);
    },
    stop: () => clearInterval(timer),
  };
}
