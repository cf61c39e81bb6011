/** A streaming chat completion of an OpenAI-compatible API. */
import type { LlmConfig } from '../config.ts';
import type { Turn } from '../store/messages.ts';
import { type Delta, readDelta } from './delta.ts';
import { listen, request } from './listen.ts';
import { sseData } from './sse-data.ts';

const DONE: Delta = { content: undefined, last: true, over: true };

/**
 * Yields every delta that has a content, empty ones included. Ends when the LLM has finished; returning earlier,
 * or aborting, closes the call.
 *
 * @param dataOf how bytes become the data of events
 * @throws LlmError where it refuses, breaks off, speaks nonsense, or sends no event for longer than the timeout
 */
export function chat(
  config: LlmConfig,
  turns: Turn[],
  signal: AbortSignal,
  dataOf: typeof sseData = sseData,
): AsyncGenerator<string> {
  const body = { model: config.model, messages: turns, stream: true };
  return listen(
    config,
    {
      ask: (call) => request(config, 'POST', '/chat/completions', body, call),
      read: (data) => (data === '[DONE]' ? DONE : readDelta(data)),
      dataOf,
    },
    signal,
  );
}
