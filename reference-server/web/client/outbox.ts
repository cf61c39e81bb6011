/** Questions that the server has not named yet outlive a refresh: they are sent again, under the same key. */
import type { Question } from './api.ts';

export interface Outbox {
  of(session: string): Question[];
  add(question: Question): void;
  remove(key: string): void;
}

/** What is used of `sessionStorage`: of this tab alone, so that no other one sends it, too. */
export interface Store {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

const NAME = 'chat-outbox';

export function createOutbox(store: Store): Outbox {
  const all = (): Question[] => {
    try {
      return JSON.parse(store.getItem(NAME) ?? '[]');
    } catch {
      return [];
    }
  };
  const keep = (questions: Question[]) => {
    try {
      store.setItem(NAME, JSON.stringify(questions));
    } catch {
      // The store is full or forbidden: the question is sent all the same, it does not outlive a refresh then.
    }
  };
  return {
    of: (session) => all().filter((question) => question.session === session),
    add: (question) => keep([...all(), question]),
    remove: (key) => keep(all().filter((question) => question.key !== key)),
  };
}
