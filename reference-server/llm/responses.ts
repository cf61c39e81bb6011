/**
 * The background mode of OpenAI's Responses: the LLM goes on with an answer whoever goes away, and whoever knows its
 * name gets the very same deltas again.
 */
import type { LlmConfig } from '../config.ts';
import { wellFormed } from '../generation/transcript.ts';
import type { Turn } from '../store/messages.ts';
import type { Delta } from './delta.ts';
import { LlmError } from './error.ts';
import { malformed, object, objectIn } from './json.ts';
import { CLOSING_TIME, listen, request } from './listen.ts';

/** What is known of an answer that somebody else began to write down. */
export interface Saved {
  /** The LLM's name of it. */
  response: string;
  content: string;
  /** Deltas that `content` consists of. */
  chunks: number;
}

/**
 * Begins an answer and yields its deltas. Aborting closes the call, and the LLM goes on; where the answer's name has
 * not come by then, the call is closed a little later, so that it can be cancelled.
 *
 * @param named is told the name; nothing is yielded before it resolves
 * @throws LlmError as `listen` does
 */
export async function* responses(
  config: LlmConfig,
  turns: Turn[],
  signal: AbortSignal,
  named: (response: string) => Promise<void>,
): AsyncGenerator<string> {
  signal.throwIfAborted();
  const call = new AbortController();
  let isNamed = false;
  let patience: NodeJS.Timeout | undefined;
  const close = () => {
    if (isNamed) call.abort();
    else patience = setTimeout(() => call.abort(), CLOSING_TIME);
  };
  signal.addEventListener('abort', close);
  const body = { model: config.model, input: turns, stream: true, background: true };
  const conversation = {
    ask: (closed: AbortSignal) => request(config, 'POST', '/responses', body, closed),
    read: readEvent,
    async named(response: string) {
      isNamed = true;
      await named(response);
      if (signal.aborted) call.abort();
    },
  };
  try {
    yield* listen(config, conversation, call.signal);
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', close);
  }
}

/**
 * Yields what comes after the saved deltas. The LLM says all of it again from the start: only so can it be seen that
 * it still is the answer that was saved, and half a character that was waiting for its other half is not lost.
 *
 * @throws LlmError ORPHANED where the LLM does not know the answer any more, or has another; else as `listen` does
 */
export async function* goOn(config: LlmConfig, saved: Saved, signal: AbortSignal): AsyncGenerator<string> {
  const conversation = {
    ask: (closed: AbortSignal) =>
      request(config, 'GET', `${pathOf(saved.response)}?stream=true`, undefined, closed).catch(asOrphan),
    read: readEvent,
  };
  let said = '';
  let count = 0;
  for await (const delta of listen(config, conversation, signal)) {
    count += 1;
    if (count <= saved.chunks) {
      said += delta;
      continue;
    }
    yield count === saved.chunks + 1 ? restOf(said, saved) + delta : delta;
  }
  if (count < saved.chunks) throw forgotten(`it said ${count} of the ${saved.chunks} deltas that were saved`);
  if (count === saved.chunks) {
    const rest = restOf(said, saved);
    if (rest !== '') yield rest;
  }
}

/** Tells the LLM that nobody wants the rest. */
export async function cancel(config: LlmConfig, response: string): Promise<void> {
  const signal = AbortSignal.timeout(config.idleTimeout);
  const answer = await request(config, 'POST', `${pathOf(response)}/cancel`, {}, signal);
  answer.resume();
}

function pathOf(response: string): string {
  return `/responses/${encodeURIComponent(response)}`;
}

function restOf(said: string, { content }: Saved): string {
  if (wellFormed(said).slice(0, content.length) !== content)
    throw forgotten('what it says again is not what was saved');
  return said.slice(content.length);
}

function asOrphan(error: unknown): never {
  if (error instanceof LlmError && (error.http === 404 || error.http === 410)) throw forgotten(error.message);
  throw error;
}

function forgotten(why: string): LlmError {
  return new LlmError('ORPHANED', `the answer cannot be gone on with: ${why}`);
}

const WHAT = 'an event of Responses';

function readEvent(data: string): Delta {
  const event = objectIn(data, WHAT);
  switch (event.type) {
    case 'response.output_text.delta':
      if (typeof event.delta !== 'string') throw malformed(data, WHAT);
      return { content: event.delta, last: false };
    case 'response.created': {
      const id = object(event.response)?.id;
      if (typeof id !== 'string') throw malformed(data, WHAT);
      return { content: undefined, last: false, response: id };
    }
    // Incomplete is what a chat completion calls finished because of its length.
    case 'response.completed':
    case 'response.incomplete':
      return { content: undefined, last: true, over: true };
    case 'response.failed':
    case 'error':
      throw new LlmError('LLM_REFUSED', `it reported ${data.slice(0, 500)}`);
    default:
      if (typeof event.type !== 'string') throw malformed(data, WHAT);
      return { content: undefined, last: false };
  }
}
