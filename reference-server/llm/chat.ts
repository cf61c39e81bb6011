/** A streaming chat completion of an OpenAI-compatible API. */
import http from 'node:http';
import https from 'node:https';
import type { LlmConfig } from '../config.ts';
import type { Turn } from '../store/messages.ts';
import { readDelta } from './delta.ts';
import { LlmError } from './error.ts';
import { sseData } from './sse-data.ts';

/** ms that a finished stream may take to close, before its connection is cut. */
const CLOSING_TIME = 1_000;

/**
 * Yields every delta that has a content, empty ones included. Ends when the LLM has finished; returning earlier,
 * or aborting, closes the call.
 *
 * @param dataOf how bytes become the data of events
 * @throws LlmError where it refuses, breaks off, speaks nonsense, or sends no event for longer than the timeout
 */
export async function* chat(
  config: LlmConfig,
  turns: Turn[],
  signal: AbortSignal,
  dataOf: typeof sseData = sseData,
): AsyncGenerator<string> {
  const call = new AbortController();
  const close = () => call.abort();
  signal.addEventListener('abort', close);
  const silence = new Alarm(config.idleTimeout, close);
  let finished = false;
  try {
    signal.throwIfAborted();
    silence.arm();
    const response = await post(config, turns, call.signal);
    for await (const data of dataOf(response.iterator({ destroyOnReturn: false }))) {
      if (data === '[DONE]') {
        finished = true;
        break;
      }
      const { content, last } = readDelta(data);
      // The time that the reader of these deltas takes is not the LLM's silence.
      silence.disarm();
      if (content !== undefined && !finished) yield content;
      silence.arm();
      finished ||= last;
    }
    if (!finished) throw new LlmError('LLM_ENDED_EARLY', 'the stream ended without finish_reason and [DONE]');
    letClose(response);
  } catch (error) {
    if (error instanceof LlmError || signal.aborted) throw error;
    // After the finish_reason only [DONE] was missing: the answer is there.
    if (finished) return;
    if (silence.rang)
      throw new LlmError('LLM_SILENT', `no event for ${config.idleTimeout} ms`, { cause: error });
    throw new LlmError('LLM_UNREACHABLE', String(error), { cause: error });
  } finally {
    silence.disarm();
    signal.removeEventListener('abort', close);
    if (!finished) close();
  }
}

class Alarm {
  rang = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #after: number;
  readonly #ring: () => void;

  constructor(after: number, ring: () => void) {
    this.#after = after;
    this.#ring = ring;
  }

  arm(): void {
    this.disarm();
    this.#timer = setTimeout(() => {
      this.rang = true;
      this.#ring();
    }, this.#after);
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }
}

async function post(config: LlmConfig, turns: Turn[], signal: AbortSignal): Promise<http.IncomingMessage> {
  const url = new URL(`${config.baseUrl}/chat/completions`);
  const { request } = url.protocol === 'https:' ? https : http;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(config.apiKey === undefined ? {} : { authorization: `Bearer ${config.apiKey}` }),
    };
    // No kept connection: one that dropped while idle would fail a generation although the LLM is well.
    request(url, { method: 'POST', headers, agent: false, signal }, resolve)
      .on('error', reject)
      .end(JSON.stringify({ model: config.model, messages: turns, stream: true }));
  });
  // Breaking off is seen by whoever reads; while nobody reads, it must not end the process.
  response.on('error', () => {});
  if (response.statusCode !== 200) {
    throw new LlmError('LLM_REFUSED', `it answered ${response.statusCode}`);
  }
  return response;
}

function letClose(response: http.IncomingMessage): void {
  const cut = setTimeout(() => response.destroy(), CLOSING_TIME);
  response.once('close', () => clearTimeout(cut)).resume();
}
