/**
 * A chat that loses nothing, without a framework: what a page needs to show is in `snapshot()`, and `subscribe` tells
 * when that has changed. See README.md beside this folder for how to use it in a page of your own.
 */
import { type Api, createApi, Refused, type Session } from './api.ts';
import { createCache } from './cache.ts';
import { type Connection, type ConnectionState, watchConnection } from './connection.ts';
import { Follower } from './follower.ts';
import { type Conversation, type Message, merged, type Problem } from './message.ts';
import { createOutbox, type Outbox, type Store } from './outbox.ts';
import { defaultParts, type Parts } from './parts.ts';
import { createSlots, type Locks } from './slots.ts';

export interface Snapshot {
  connection: ConnectionState;
  /** Newest first; null until they have been read. */
  sessions: readonly Session[] | null;
  /** By session. */
  conversations: ReadonlyMap<string, Conversation>;
  shown: string | null;
  /** Why the list of sessions is not what it should be, or the last call that the user made. */
  problem: Problem | null;
}

/** What surrounds the client; in a browser `browser.ts` fills it in. */
export interface Surroundings {
  /** Of the server; empty for the page's own. */
  origin: string;
  token: () => string;
  /** ms between two questions how an answer stands that is not streamed, or whose stream is silent. */
  poll: number;
  /** ms without a byte after which a stream, or a call, counts as dead. */
  stallTimeout: number;
  hintsOnline: () => boolean;
  store: Store;
  locks: Locks | undefined;
  newKey: () => string;
  mark: (name: string, detail: object) => void;
  /** Replaces parts; planted defects come in here. */
  change?: (parts: Parts) => Parts;
}

export class Chat {
  readonly #surroundings: Surroundings;
  readonly #parts: Parts;
  readonly #api: Api;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #followers = new Map<string, Follower>();
  readonly #listeners = new Set<() => void>();
  /** Loads under way, by session. */
  readonly #loading = new Map<string, Promise<void>>();
  /** Raised when the user goes: what was asked for before is nothing to the next. */
  #user = 0;
  #sessions: readonly Session[] | null = null;
  #problem: Problem | null = null;
  #snapshot: Snapshot | null = null;
  /** Woken when it is worth trying again at once. */
  #wakers = new Set<() => void>();

  constructor(surroundings: Surroundings) {
    const { origin, token, stallTimeout, change = (parts) => parts } = surroundings;
    const changed = () => this.#changed();
    this.#surroundings = surroundings;
    this.#parts = change(
      defaultParts(
        createApi({ origin, token, timeout: stallTimeout }),
        createCache(changed),
        createSlots(surroundings.locks),
      ),
    );
    this.#api = this.#parts.api;
    this.#connection = watchConnection(surroundings.hintsOnline, changed);
    this.#outbox = createOutbox(surroundings.store);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something changes. */
  snapshot = (): Snapshot => {
    this.#snapshot ??= {
      connection: this.#connection.state,
      sessions: this.#sessions,
      conversations: new Map(Array.from(this.#parts.cache.all(), (one) => [one.session, one])),
      shown: this.#parts.cache.shown,
      problem: this.#problem,
    };
    return this.#snapshot;
  };

  /** Reads the list of sessions, for as long as it takes. */
  async loadSessions(): Promise<void> {
    const sessions = await this.#persistently(
      () => this.#api.sessions(),
      (problem) => this.#say(problem),
    );
    if (sessions) this.#sessions = sessions;
    this.#changed();
  }

  /** Shows a session: what is held of it at once, and what the server has behind that. null: none. */
  show(session: string | null): void {
    const { cache } = this.#parts;
    if (cache.shown !== session) {
      cache.shown = session;
      this.#problem = null;
      for (const follower of this.#followers.values()) follower.reconsider();
    }
    if (session !== null) void this.#load(session);
  }

  /** Begins a session and shows it; null where that failed, and `problem` says why. */
  async begin(): Promise<Session | null> {
    const session = await this.#once(() => this.#api.createSession());
    if (!session) return null;
    this.#sessions = [session, ...(this.#sessions ?? [])];
    this.#parts.cache.put(session.id, {});
    this.show(session.id);
    return session;
  }

  /** Asks in a session. It is shown at once, and sent until the server has it. */
  send(session: string, content: string): void {
    const question = { session, content, key: this.#surroundings.newKey() };
    this.#outbox.add(question);
    this.#pend(question);
  }

  /** Once more: the same question under the same key where the server never took it, else a new one. */
  retry(session: string, answer: Message): void {
    const { cache } = this.#parts;
    const question = cache.message(session, answer.answers ?? '');
    if (!question) return;
    if (answer.id !== '') {
      this.send(session, question.text);
      return;
    }
    cache.update(session, question.key, { phase: 'sending' });
    cache.update(session, answer.key, { phase: 'sending', problem: null });
    this.#follow(session, answer.key);
  }

  /** The end of the answer comes by its stream, as ever. */
  async stop(answer: Message): Promise<void> {
    if (answer.id !== '') await this.#once(() => this.#api.stop(answer.id));
  }

  /** The network is said to be back, or the page awake: streams that seem open are not to be trusted. */
  wake(): void {
    for (const wake of this.#wakers) wake();
    for (const follower of this.#followers.values()) follower.reconnect();
    const { shown } = this.#parts.cache;
    void (shown === null ? this.loadSessions() : this.#load(shown));
  }

  /** The browser says that the network is gone. */
  lostNetwork(): void {
    this.#connection.missed();
  }

  /** Closes every connection. What was said is forgotten: another user may come. */
  close(): void {
    this.#user++;
    for (const follower of this.#followers.values()) follower.leave();
    // They, and loads, may take a while to notice; whoever is next begins anew.
    this.#followers.clear();
    this.#loading.clear();
    this.#parts.cache.clear();
    this.#sessions = null;
    this.#problem = null;
    this.#changed();
  }

  /** Reads a session's messages and follows what is not finished. */
  #load(session: string): Promise<void> {
    const underWay = this.#loading.get(session);
    if (underWay) return underWay;
    const { cache, adopt } = this.#parts;
    const user = this.#user;
    const load = async () => {
      cache.put(session, { isLoading: true, problem: null });
      const rows = await this.#persistently(
        () => this.#api.messages(session),
        (problem) => cache.put(session, { problem }),
        () => cache.shown === session,
      );
      if (user !== this.#user) return;
      if (rows) {
        for (const question of this.#outbox.of(session)) this.#pend(question);
        const held = cache.get(session)?.messages ?? [];
        cache.put(session, { messages: merged(held, rows, adopt), problem: null });
        this.#followUnfinished(session);
      }
      cache.put(session, { isLoading: false });
    };
    const loading = load().finally(() => {
      if (this.#loading.get(session) === loading) this.#loading.delete(session);
    });
    this.#loading.set(session, loading);
    return loading;
  }

  #followUnfinished(session: string): void {
    for (const message of this.#parts.cache.get(session)?.messages ?? []) {
      if (message.role === 'assistant' && this.#parts.unfinished(message, session)) {
        this.#follow(session, message.key);
      }
    }
  }

  /** Puts a question and the place of its answer at the end of the conversation, and sends it. */
  #pend({ session, content, key }: { session: string; content: string; key: string }): void {
    const { cache } = this.#parts;
    if (cache.message(session, key)) return;
    const answer = `${key}-answer`;
    const pending = { id: '', phase: 'sending', state: '', problem: null, shortened: null } as const;
    cache.put(session, {
      messages: [
        ...(cache.get(session)?.messages ?? []),
        { ...pending, key, role: 'user', text: content, answers: null },
        { ...pending, key: answer, role: 'assistant', text: '', answers: key },
      ],
    });
    this.#follow(session, answer);
  }

  #follow(session: string, key: string): void {
    const name = `${session} ${key}`;
    if (this.#followers.has(name)) return;
    const { poll, stallTimeout, mark } = this.#surroundings;
    const context = {
      parts: this.#parts,
      connection: this.#connection,
      poll,
      stallTimeout,
      mark,
      named: () => this.#named(session, key),
    };
    const follower = new Follower(context, session, key);
    this.#followers.set(name, follower);
    void follower.run().finally(() => {
      if (this.#followers.get(name) === follower) this.#followers.delete(name);
    });
  }

  /** The server has a question: it need not be sent again, and rows that were held back for it can be shown. */
  #named(session: string, answer: string): void {
    const { cache } = this.#parts;
    const { id, answers } = cache.message(session, answer)!;
    this.#outbox.remove(answers!);
    const messages = cache.get(session)!.messages;
    const isTwice = (message: Message) => message.id === id && message.key !== answer;
    const question = cache.message(session, answers!)!;
    const isAskedTwice = (message: Message) => message.id === question.id && message.key !== question.key;
    if (messages.some(isTwice) || messages.some(isAskedTwice)) {
      cache.put(session, {
        messages: messages.filter((message) => !isTwice(message) && !isAskedTwice(message)),
      });
    }
  }

  /**
   * Calls until it is answered. Refusals that will pass are told and repeated, others are told.
   *
   * @returns undefined where it was refused, or is not wanted any more, by this user or at all
   */
  async #persistently<T>(
    call: () => Promise<T>,
    tell: (problem: Problem) => void,
    wanted: () => boolean = () => true,
  ): Promise<T | undefined> {
    const user = this.#user;
    for (let inVain = 1; wanted() && user === this.#user; inVain++) {
      try {
        const answer = await call();
        this.#connection.reached();
        return user === this.#user ? answer : undefined;
      } catch (error) {
        if (error instanceof Refused) {
          this.#connection.reached();
          if (user !== this.#user) return undefined;
          tell(error.problem);
          if (!error.passing) return undefined;
        } else {
          this.#connection.missed();
        }
      }
      await this.#pause(this.#parts.pause(inVain, this.#surroundings.poll));
    }
    return undefined;
  }

  /** A call that the user made, and can make again. */
  async #once<T>(call: () => Promise<T>): Promise<T | undefined> {
    const user = this.#user;
    try {
      const answer = await call();
      this.#connection.reached();
      if (user !== this.#user) return undefined;
      this.#say(null);
      return answer;
    } catch (error) {
      if (user !== this.#user) return undefined;
      if (error instanceof Refused) {
        this.#connection.reached();
        this.#say(error.problem);
      } else {
        this.#connection.missed();
        this.#say({ code: 'UNREACHABLE', message: 'The server could not be reached. Try again.' });
      }
      return undefined;
    }
  }

  #say(problem: Problem | null): void {
    this.#problem = problem;
    this.#changed();
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wakers.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#wakers.delete(resolve);
  }

  #changed(): void {
    this.#snapshot = null;
    for (const listener of this.#listeners) listener();
  }
}
