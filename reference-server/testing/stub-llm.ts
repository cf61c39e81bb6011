/** An LLM that says what a test tells it to, when it tells it to. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** ms, a last resort: who waits for a call that never comes is to hear of it. */
const PATIENCE = 60_000;

export class StubCall {
  readonly body: { model: string; messages: { role: string; content: string }[]; stream: boolean };
  /** Resolves when the connection of the call is gone: whether the answer had been ended by the LLM. */
  readonly closed: Promise<'ended' | 'aborted'>;
  readonly #response: http.ServerResponse;

  constructor(body: string, response: http.ServerResponse) {
    this.body = JSON.parse(body);
    this.#response = response;
    this.closed = new Promise((resolve) => {
      response.once('close', () => resolve(response.writableFinished ? 'ended' : 'aborted'));
    });
  }

  say(...deltas: string[]): this {
    for (const content of deltas) this.send({ choices: [{ index: 0, delta: { content } }] });
    return this;
  }

  send(chunk: unknown): this {
    return this.raw(`data: ${JSON.stringify(chunk)}\n\n`);
  }

  raw(bytes: string | Buffer): this {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#response.write(bytes);
    return this;
  }

  /** Ends as a complete answer does. */
  finish(): void {
    this.send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    this.raw('data: [DONE]\n\n');
    this.#response.end();
  }

  /** Ends the response cleanly, without the words that end an answer. */
  end(): void {
    this.#response.end();
  }

  refuse(status: number): void {
    this.#response
      .writeHead(status, { 'content-type': 'application/json' })
      .end('{"error":{"message":"no"}}');
  }

  break(): void {
    this.#response.destroy();
  }
}

export class StubLlm {
  readonly calls: StubCall[] = [];
  readonly #server: http.Server;
  readonly #waiting: ((call: StubCall) => void)[] = [];
  #taken = 0;

  private constructor(server: http.Server) {
    this.#server = server;
    server.on('request', async (request, response) => {
      const call = new StubCall(await text(request), response);
      this.calls.push(call);
      this.#waiting.shift()?.(call);
    });
  }

  static async start(): Promise<StubLlm> {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StubLlm(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /**
   * The next call that nobody has taken yet.
   *
   * @throws where none comes: whoever was asked has refused, perhaps
   */
  async call(): Promise<StubCall> {
    const next = this.calls[this.#taken++];
    if (next) return next;
    const coming = new Promise<StubCall>((resolve) => this.#waiting.push(resolve));
    const none = delay(PATIENCE, undefined, { ref: false }).then(() => {
      throw new Error(`nobody called the LLM within ${PATIENCE} ms`);
    });
    return Promise.race([coming, none]);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
