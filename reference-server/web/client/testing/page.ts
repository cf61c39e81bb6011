/** A client on a fake server, as a page would have it, for one test. */
import { onTestFinished } from 'vitest';
import { Chat, type Surroundings } from '../chat.ts';
import type { Conversation, Message } from '../message.ts';
import type { Locks } from '../slots.ts';
import { FakeServer, ORIGIN } from './fake-server.ts';

export class TestPage {
  readonly chat: Chat;
  readonly server: FakeServer;
  readonly marks: string[] = [];
  /** Every text that an answer has had, by key: what is shown may never flicker. */
  readonly shown = new Map<string, string[]>();

  constructor(server: FakeServer, more: Partial<Surroundings> = {}) {
    let keys = 0;
    this.server = server;
    this.chat = new Chat({
      origin: ORIGIN,
      token: () => 'token',
      poll: 40,
      stallTimeout: 5_000,
      hintsOnline: () => true,
      store: new MemoryStore(),
      locks: undefined,
      newKey: () => `key-${keys++}`,
      mark: (name) => void this.marks.push(name),
      ...more,
    });
    this.chat.subscribe(() => this.#note());
    onTestFinished(() => this.chat.close());
  }

  get conversation(): Conversation {
    const { conversations, shown } = this.chat.snapshot();
    return conversations.get(shown ?? '') ?? NOTHING;
  }

  get answers(): Message[] {
    return this.conversation.messages.filter(({ role }) => role === 'assistant');
  }

  /** The newest answer of the session that is shown. */
  get answer(): Message {
    return this.answers.at(-1)!;
  }

  /** Waits until it holds; a test that waits in vain runs into its own bound. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (!holds()) {
      if (performance.now() > deadline)
        throw new Error(
          `in vain: ${what}; ${JSON.stringify(this.chat.snapshot().shown)} ${JSON.stringify(this.conversation)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  reads(text: string): Promise<void> {
    return this.until(`the answer reads "${text}"`, () => this.answer?.text === text);
  }

  ended(state: string): Promise<void> {
    return this.until(
      `the answer is ${state}`,
      () => this.answer?.state === state && !this.conversation.isStreaming,
    );
  }

  #note(): void {
    for (const { messages } of this.chat.snapshot().conversations.values()) {
      for (const { key, text } of messages) {
        const texts = this.shown.get(key) ?? [];
        if (texts.at(-1) !== text) texts.push(text);
        this.shown.set(key, texts);
      }
    }
  }
}

const NOTHING: Conversation = {
  session: '',
  messages: [],
  isLoading: false,
  isStreaming: false,
  problem: null,
};

export class MemoryStore {
  readonly #items = new Map<string, string>();
  getItem = (name: string) => this.#items.get(name) ?? null;
  setItem = (name: string, value: string) => void this.#items.set(name, value);
}

/** Locks of a browser: the tabs of one test share them. */
export class TabLocks implements Locks {
  readonly #held = new Set<string>();

  async request(
    name: string,
    _options: { ifAvailable: true },
    callback: (lock: object | null) => Promise<void> | undefined,
  ): Promise<void> {
    if (this.#held.has(name)) return callback(null);
    this.#held.add(name);
    try {
      await callback({ name });
    } finally {
      this.#held.delete(name);
    }
  }
}

export function fakeServer(): FakeServer {
  const server = new FakeServer();
  onTestFinished(() => server.close());
  return server;
}
