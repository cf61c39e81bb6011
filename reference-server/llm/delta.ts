import { LlmError } from './error.ts';

export interface Delta {
  /** undefined: it carries none, as role-only and usage-only ones do. */
  content: string | undefined;
  /** It has a finish_reason. */
  last: boolean;
}

/** Reads the data of one chat.completion.chunk event. Written by hand: it runs once for every token. */
export function readDelta(data: string): Delta {
  const chunk = object(parse(data));
  if (chunk?.error !== undefined) throw new LlmError('LLM_REFUSED', `it reported ${data.slice(0, 500)}`);
  if (!Array.isArray(chunk?.choices)) throw malformed(data);
  if (chunk.choices.length === 0) return { content: undefined, last: false };
  const choice = object(chunk.choices[0]);
  if (!choice) throw malformed(data);
  const content = object(choice.delta)?.content;
  return {
    content: typeof content === 'string' ? content : undefined,
    last: typeof choice.finish_reason === 'string',
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw malformed(data);
  }
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function malformed(data: string): LlmError {
  return new LlmError('LLM_MALFORMED', `not a chat.completion.chunk: ${data.slice(0, 500)}`);
}
