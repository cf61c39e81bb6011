/** The calls of the contract (docs/contract.md) by k6's own http, and what their answers mean. */
import http from 'k6/http';
import type { GenerationState } from '../../../harness/history/events.ts';

const API = '/api/v1/chat';
/** error_code of k6 for a request that took longer than its `timeout`. */
const TIMED_OUT = 1050;

/** A whole answer; `timedOut`: whatever had come of it is lost, for k6 gives bodies whole or not at all. */
export interface Answer {
  status: number;
  body: string;
  timedOut: boolean;
  /** Nothing, or not all of it, came. */
  broken: boolean;
}

/** A request whose answer is a stream, for who reads it as it comes. */
export interface Request {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

/** One answer in the list of a session. */
export interface Listed {
  message: string;
  question: string | null;
  text: string;
  state: GenerationState;
}

export interface Frame {
  event: string;
  data: string;
}

export class Chat {
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(target: string, headers: Readonly<Record<string, string>>) {
    this.base = target + API;
    this.headers = { 'content-type': 'application/json', ...headers };
  }

  createSession(): Promise<Answer> {
    return this.ask('POST', `${this.base}/sessions`, '{}');
  }

  /** A question. */
  sending(session: string, text: string, key: string): Request {
    const body = JSON.stringify({ session_id: session, content: text, idempotency_key: key });
    return { method: 'POST', url: `${this.base}/messages`, headers: this.headers, body };
  }

  /**
   * What is missing behind a cursor, then what comes, then the end.
   *
   * @param byHeader it was given as the id of an event, and goes back as such
   */
  resuming(message: string, cursor: string | null, byHeader = false): Request {
    const query = cursor === null || byHeader ? '' : `?after=${encodeURIComponent(cursor)}`;
    const headers =
      cursor === null || !byHeader ? this.headers : { ...this.headers, 'last-event-id': cursor };
    return { method: 'GET', url: `${this.base}/messages/${message}/stream${query}`, headers, body: null };
  }

  /** @param within ms until it is cut */
  whole({ method, url, headers, body }: Request, within: number): Promise<Answer> {
    return this.ask(method, url, body, within, headers);
  }

  messages(session: string): Promise<Answer> {
    return this.ask('GET', `${this.base}/sessions/${session}/messages`, null);
  }

  status(session: string): Promise<Answer> {
    return this.ask('GET', `${this.base}/sessions/${session}/status`, null);
  }

  private async ask(
    method: 'GET' | 'POST',
    url: string,
    body: string | null,
    within = 30_000,
    headers = this.headers,
  ) {
    // Numbers in tags would make a time series of each message.
    const params = {
      headers,
      timeout: `${Math.max(1, Math.round(within))}ms`,
      responseType: 'text' as const,
    };
    const answer = await http.asyncRequest(method, url, body, params);
    const whole = typeof answer.body === 'string' && answer.error_code === 0;
    return {
      status: answer.status,
      body: typeof answer.body === 'string' ? answer.body : '',
      timedOut: answer.error_code === TIMED_OUT,
      broken: !whole && answer.status < 300,
    };
  }
}

/** @throws where it is no list as the contract has it */
export function listed({ body }: Answer): { questions: string[]; answers: Listed[] } {
  const said = JSON.parse(body) as { messages?: unknown };
  const rows = (Array.isArray(said) ? said : said.messages) as Record<string, string>[];
  const questions = new Map(rows.filter(({ role }) => role === 'user').map((row) => [row.id!, row.content!]));
  const answers = rows
    .filter(({ role }) => role === 'assistant')
    .map((row) => ({
      message: row.id!,
      question: questions.get(row.reply_to!) ?? null,
      text: row.content!,
      state: row.status as GenerationState,
    }));
  return { questions: [...questions.values()], answers };
}

/** What is being generated in a session. @throws where it is no status as the contract has it */
export function active({ body }: Answer): { message: string; text: string }[] {
  const { active: rows } = JSON.parse(body) as { active: { message_id: string; partial_content: string }[] };
  return rows.map((row) => ({ message: row.message_id, text: row.partial_content }));
}

/** The events of a whole stream; one that is not finished by a blank line never was. */
export function framesOf(body: string): Frame[] {
  const frames: Frame[] = [];
  let event = '';
  let data: string[] = [];
  // Behind the last line break stands what never became a line.
  for (const line of body.split(/\r\n|\n|\r/).slice(0, -1)) {
    if (line === '') {
      if (data.length > 0) frames.push({ event, data: data.join('\n') });
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return frames;
}
