/** A user of the API in tests. Everything it gets is held against the API's description. */
import http from 'node:http';
import { checkAnswer, checkEvent } from './contract.ts';

/** Every field that some answer has; which of them this one has is checked against the description. */
export interface Body {
  id: string;
  title: string | null;
  content: string;
  status: string;
  length: number;
  error: { code: string; message: string; length?: number; issues?: { path: string }[] };
  sessions: { id: string }[];
  messages: { id: string; role: string; content: string; status: string; reply_to: string | null }[];
  has_active_generation: boolean;
  generating_message_id: string | null;
  partial_content: string | null;
  last_updated: string | null;
  active: { message_id: string; partial_content: string; last_updated: string }[];
}

export interface Answer {
  status: number;
  body: Body;
}

export interface StreamEvent {
  event: string;
  id: string;
  /** Every field that some event has. */
  data: {
    session_id: string;
    user_message_id: string;
    message_id: string;
    text: string;
    index: number;
    status: string;
    length: number;
    error?: { code: string };
  };
}

export class Client {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.request('POST', path, body === undefined ? undefined : JSON.stringify(body));
  }

  /** A request whose answer is not a stream. */
  async request(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const stream = await this.open(method, path, body, headers);
    if (stream.isStream) {
      stream.close();
      throw new Error(`${method} ${path} answered with a stream`);
    }
    const parsed = JSON.parse(await stream.body());
    checkAnswer(method, path, stream.status, parsed);
    return { status: stream.status, body: parsed };
  }

  async session(): Promise<string> {
    const { status, body } = await this.post('/api/v1/chat/sessions', {});
    if (status !== 201) throw new Error(`no session: answered ${status}, ${JSON.stringify(body)}`);
    return body.id;
  }

  send(session: string, content: string, more: Record<string, unknown> = {}): Promise<Stream> {
    return this.open(
      'POST',
      '/api/v1/chat/messages',
      JSON.stringify({ session_id: session, content, ...more }),
    );
  }

  resume(message: string, cursor?: string): Promise<Stream> {
    const headers: Record<string, string> = cursor === undefined ? {} : { 'last-event-id': cursor };
    return this.open('GET', `/api/v1/chat/messages/${message}/stream`, undefined, headers);
  }

  open(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const options = {
        method,
        agent: false as const,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      };
      const request = http.request(`${this.#url}${path}`, options, (response) =>
        resolve(new Stream(method, path, response)),
      );
      request.on('error', reject).end(body);
    });
  }
}

/** An open answer, read as it comes. */
export class Stream {
  readonly status: number;
  readonly isStream: boolean;
  readonly events: StreamEvent[] = [];
  comments = 0;
  /** How it ended, once it has. */
  ended: 'clean' | 'cut' | undefined;
  /** What has come and is not a complete event yet, in pieces: joined each time, large events would take for ever. */
  #pieces: string[] = [];
  #failure: unknown;
  #changed = Promise.withResolvers<void>();
  readonly #response: http.IncomingMessage;

  constructor(method: string, path: string, response: http.IncomingMessage) {
    this.status = response.statusCode ?? 0;
    this.isStream = response.headers['content-type']?.startsWith('text/event-stream') ?? false;
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const tail = this.#pieces.at(-1)?.slice(-1) ?? '';
      this.#pieces.push(text);
      try {
        if (this.isStream && (tail + text).includes('\n\n')) this.#parse(method, path);
      } catch (error) {
        this.#failure = error;
      }
      this.#change();
    });
    response.on('error', () => {});
    response.on('close', () => {
      this.ended = response.complete ? 'clean' : 'cut';
      this.#change();
    });
  }

  get text(): string {
    return this.events.map(({ event, data }) => (event === 'chunk' ? data.text : '')).join('');
  }

  get chunks(): StreamEvent[] {
    return this.events.filter(({ event }) => event === 'chunk');
  }

  get done(): StreamEvent | undefined {
    return this.events.find(({ event }) => event === 'done');
  }

  /** Id of the answer. */
  get message(): string {
    return this.events.find(({ event }) => event === 'message')!.data.message_id;
  }

  /** Waits until `holds` does; fails when the stream ends before. */
  async until(holds: (stream: Stream) => boolean): Promise<this> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (holds(this)) return this;
      if (this.ended) throw new Error(`the stream ended (${this.ended}) with ${JSON.stringify(this.events)}`);
      await this.#changed.promise;
    }
  }

  hasChunks(count: number): Promise<this> {
    return this.until(() => this.chunks.length >= count);
  }

  /** Waits for the end of the connection. */
  async end(): Promise<this> {
    await this.until(() => this.ended !== undefined);
    return this;
  }

  async body(): Promise<string> {
    await this.end();
    return this.#pieces.join('');
  }

  close(): void {
    this.#response.destroy();
  }

  pause(): void {
    this.#response.pause();
  }

  unpause(): void {
    this.#response.resume();
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  #parse(method: string, path: string): void {
    const frames = this.#pieces.join('').split('\n\n');
    this.#pieces = [frames.pop()!];
    for (const frame of frames) {
      if (frame.startsWith(':')) {
        this.comments += 1;
        continue;
      }
      const [, event = '', id = '', data = ''] = /^event: (.*)\nid: (.*)\ndata: (.*)$/s.exec(frame) ?? [];
      const parsed = { event, id, data: JSON.parse(data) };
      checkEvent(method, path, event, parsed.data);
      this.events.push(parsed);
    }
  }
}
