/** The browser around a client: where it stores, what it locks, and the events by which a page sleeps and wakes. */
import type { Chat, Surroundings } from './chat.ts';

/** Of the page, as the server writes them into it. */
export interface Settings {
  poll: number;
  stallTimeout: number;
  defects: string[];
}

export function surroundings({ poll, stallTimeout }: Settings, token: () => string): Surroundings {
  return {
    origin: '',
    token,
    poll,
    stallTimeout,
    hintsOnline: () => navigator.onLine,
    store: sessionStorage,
    // There on secure origins only.
    locks: (navigator as Partial<Pick<Navigator, 'locks'>>).locks,
    newKey: () => newKey(),
    mark: (name, detail) => void performance.mark(name, { detail }),
  };
}

/** `crypto.randomUUID` is there on secure origins only; the key must be unique, it need not be a UUID. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}

/** Lets a chat sleep and wake with its page. @returns takes that back */
export function attach(chat: Chat): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const wake = () => chat.wake();
  window.addEventListener(
    'online',
    () => {
      performance.mark('chat:online');
      wake();
    },
    { signal },
  );
  window.addEventListener('offline', () => chat.lostNetwork(), { signal });
  // Out of the back/forward cache, in which connections do not live.
  window.addEventListener('pageshow', (event) => event.persisted && wake(), { signal });
  // A frozen page misses what its connections bring; a hidden one may have been throttled for long.
  document.addEventListener('resume', wake, { signal });
  let hiddenSince = Number.POSITIVE_INFINITY;
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'hidden') hiddenSince = performance.now();
      else if (performance.now() - hiddenSince > LONG_HIDDEN) wake();
    },
    { signal },
  );
  return () => listening.abort();
}

/** ms after which timers of a hidden page are throttled to one a minute. */
const LONG_HIDDEN = 60_000;
