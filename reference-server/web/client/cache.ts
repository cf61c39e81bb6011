/** The conversations that the page holds, by session, and which of them is shown. */
import { type Conversation, type Message, unfinished } from './message.ts';

export interface Cache {
  /** The session that is shown. */
  shown: string | null;
  get(session: string): Conversation | undefined;
  all(): Iterable<Conversation>;
  message(session: string, key: string): Message | undefined;
  /** Changes one message. */
  update(session: string, key: string, change: Partial<Message>): void;
  /** Changes a conversation, which begins empty. */
  put(session: string, change: Partial<Omit<Conversation, 'session' | 'isStreaming'>>): void;
  clear(): void;
}

/** @param changed called after each change */
export function createCache(changed: () => void): Cache {
  const conversations = new Map<string, Conversation>();
  let shown: string | null = null;
  const cache: Cache = {
    get shown() {
      return shown;
    },
    set shown(session) {
      shown = session;
      changed();
    },
    get: (session) => conversations.get(session),
    all: () => conversations.values(),
    message: (session, key) => conversations.get(session)?.messages.find((message) => message.key === key),
    update(session, key, change) {
      const messages = conversations.get(session)?.messages ?? [];
      cache.put(session, {
        messages: messages.map((message) => (message.key === key ? { ...message, ...change } : message)),
      });
    },
    put(session, change) {
      const empty = { session, messages: [], isLoading: false, problem: null };
      const next = { ...(conversations.get(session) ?? empty), ...change };
      conversations.set(session, { ...next, isStreaming: next.messages.some(unfinished) });
      changed();
    },
    clear() {
      conversations.clear();
      cache.shown = null;
    },
  };
  return cache;
}
