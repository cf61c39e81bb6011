/** One call to an LLM that streams, whatever protocol it speaks: its silence, its breaking off, its end. */
import http from 'node:http';
import https from 'node:https';
import type { LlmConfig } from '../config.ts';
import type { Delta } from './delta.ts';
import { LlmError } from './error.ts';
import { piecesOf } from './pieces.ts';
import { sseData } from './sse-data.ts';

/** ms that a finished stream may take to close, before its connection is cut. */
export const CLOSING_TIME = 1_000;

export interface Conversation {
  /** Sends the request; resolves with a response whose body is an event stream. */
  ask(signal: AbortSignal): Promise<http.IncomingMessage>;
  read(data: string): Delta;
  /** Told the name by which the answer can be asked for again; nothing of it is yielded before this resolves. */
  named?(response: string): Promise<void>;
  /** How bytes become the data of events. */
  dataOf?: typeof sseData;
}

/**
 * Yields every delta that has a content, empty ones included. Ends when the LLM has finished; returning earlier,
 * or aborting, closes the call.
 *
 * @throws LlmError where it refuses, breaks off, speaks nonsense, or sends no event for longer than the timeout
 */
export async function* listen(
  config: LlmConfig,
  { ask, read, named, dataOf = sseData }: Conversation,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const call = new AbortController();
  const close = () => call.abort();
  signal.addEventListener('abort', close);
  const silence = new Alarm(config.idleTimeout, close);
  let finished = false;
  try {
    signal.throwIfAborted();
    silence.arm();
    const response = await ask(call.signal);
    for await (const data of dataOf(piecesOf(response))) {
      const { content, last, over, response: name } = read(data);
      // The time that the reader of these deltas takes is not the LLM's silence.
      silence.disarm();
      if (name !== undefined) await named?.(name);
      if (content !== undefined && !finished) yield content;
      silence.arm();
      finished ||= last;
      if (over) break;
    }
    if (!finished)
      throw new LlmError('LLM_ENDED_EARLY', 'the stream ended without the words that end an answer');
    letClose(response);
  } catch (error) {
    if (error instanceof LlmError || signal.aborted) throw error;
    // After the last delta only a closing word was missing: the answer is there.
    if (finished) return;
    if (silence.rang)
      throw new LlmError('LLM_SILENT', `no event for ${config.idleTimeout} ms`, { cause: error });
    throw new LlmError('LLM_UNREACHABLE', String(error), { cause: error });
  } finally {
    silence.stop();
    signal.removeEventListener('abort', close);
    if (!finished) close();
  }
}

/** @throws LlmError where it does not answer 200 */
export async function request(
  config: LlmConfig,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const url = new URL(`${config.baseUrl}${path}`);
  const { request: open } = url.protocol === 'https:' ? https : http;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = {
      accept: 'text/event-stream',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(config.apiKey === undefined ? {} : { authorization: `Bearer ${config.apiKey}` }),
    };
    // No kept connection: one that dropped while idle would fail a generation although the LLM is well.
    open(url, { method, headers, agent: false, signal }, resolve)
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
  // Breaking off is seen by whoever reads; while nobody reads, it must not end the process.
  response.on('error', () => {});
  const { statusCode } = response;
  if (statusCode !== 200)
    throw new LlmError('LLM_REFUSED', `it answered ${statusCode}`, { http: statusCode });
  return response;
}

/** Is set anew with every token, and so moves a time, and not a timer. */
class Alarm {
  rang = false;
  /** When it rings; infinite while it is not set. */
  #at = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  readonly #after: number;
  readonly #ring: () => void;

  constructor(after: number, ring: () => void) {
    this.#after = after;
    this.#ring = ring;
  }

  arm(): void {
    this.#at = performance.now() + this.#after;
    this.#timer ??= setTimeout(this.#look, this.#after);
  }

  disarm(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look = (): void => {
    this.#timer = undefined;
    if (this.#at === Number.POSITIVE_INFINITY) return;
    const left = this.#at - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(this.#look, Math.ceil(left));
      return;
    }
    this.rang = true;
    this.#ring();
  };
}

function letClose(response: http.IncomingMessage): void {
  const cut = setTimeout(() => response.destroy(), CLOSING_TIME);
  response.once('close', () => clearTimeout(cut)).resume();
}
