/** The server's calls, and how they fail. */
import type { Problem, Row, State } from './message.ts';

export interface Session {
  id: string;
  title: string | null;
  created_at: string;
}

export interface Question {
  session: string;
  content: string;
  /** The same for every repetition of this question: sent twice is sent once. */
  key: string;
}

export interface Api {
  sessions(): Promise<Session[]>;
  createSession(): Promise<Session>;
  messages(session: string): Promise<Row[]>;
  message(id: string): Promise<Row>;
  stop(id: string): Promise<{ status: State; length: number }>;
  /** Both resolve once the stream is open. */
  send(question: Question, signal: AbortSignal): Promise<Response>;
  /** @param cursor of what is held; null: from the beginning */
  stream(id: string, cursor: string | null, signal: AbortSignal): Promise<Response>;
}

/** The server answered, and it was no. Whatever else is thrown here means that it was not reached. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly http: number;
  readonly problem: Problem;

  constructor(http: number, problem: Problem) {
    super(problem.message);
    this.http = http;
    this.problem = problem;
  }

  /** Asking again may help. */
  get passing(): boolean {
    return this.http >= 500 || this.http === 429 || this.http === 408;
  }
}

export interface ApiOptions {
  /** Of the server; empty for the page's own. */
  origin: string;
  token: () => string;
  /** ms after which a call that has not been answered counts as broken. */
  timeout: number;
}

/** Answers that are asked for again and again, kept to be told that they are still the same. */
const KEPT = 32;

export function createApi({ origin, token, timeout }: ApiOptions): Api {
  const root = `${origin}/api/v1/chat`;
  const kept = new Map<string, { etag: string; body: unknown }>();

  async function call(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    const opening = new AbortController();
    const abort = () => opening.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    const late = setTimeout(() => opening.abort(new Error(`no answer within ${timeout} ms`)), timeout);
    try {
      const response = await fetch(`${root}${path}`, {
        ...init,
        cache: 'no-store',
        signal: opening.signal,
        headers: { authorization: `Bearer ${token()}`, ...init.headers },
      });
      if (!response.ok && response.status !== 304) throw await refusal(response);
      return response;
    } finally {
      // From here on the body has the signal of the caller, and a stream may be silent for as long as it likes.
      clearTimeout(late);
    }
  }

  async function json<T>(path: string, init: RequestInit = {}): Promise<T> {
    const bounded = AbortSignal.timeout(timeout);
    return (await call(path, init, bounded)).json() as Promise<T>;
  }

  /**
   * What the server need not say twice. The browser's own cache could do it, but lets one request wait for another
   * of the same address, also where that one hangs.
   */
  async function polled<T>(path: string): Promise<T> {
    const had = kept.get(path);
    kept.delete(path);
    const bounded = AbortSignal.timeout(timeout);
    const response = await call(path, had ? { headers: { 'if-none-match': had.etag } } : {}, bounded);
    const body = response.status === 304 && had ? had.body : await response.json();
    const etag = response.headers.get('etag');
    if (etag !== null) kept.set(path, { etag, body });
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return body as T;
  }

  return {
    sessions: async () => (await json<{ sessions: Session[] }>('/sessions')).sessions,
    createSession: () => json('/sessions', post({})),
    messages: async (session) =>
      (await polled<{ messages: Row[] }>(`/sessions/${session}/messages`)).messages,
    message: (id) => polled(`/messages/${id}`),
    stop: (id) => json(`/messages/${id}/stop`, { method: 'POST' }),
    send: ({ session, content, key }, signal) =>
      call('/messages', post({ session_id: session, content, idempotency_key: key }), signal),
    stream: (id, cursor, signal) =>
      call(`/messages/${id}/stream`, { headers: cursor === null ? {} : { 'last-event-id': cursor } }, signal),
  };
}

function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function refusal(response: Response): Promise<Refused> {
  const unreadable = {
    code: `HTTP_${response.status}`,
    message: `The server answered ${response.status} without saying why.`,
  };
  const body = (await response.json().catch(() => null)) as { error?: Problem } | null;
  return new Refused(response.status, body?.error ?? unreadable);
}
