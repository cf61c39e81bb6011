import { LlmError } from './error.ts';
import { malformed, object, objectIn } from './json.ts';

export interface Delta {
  /** undefined: it carries none, as role-only and usage-only ones do. */
  content: string | undefined;
  /** It ends the text. */
  last: boolean;
  /** Nothing at all comes after it. */
  over?: boolean;
  /** The name by which the answer can be asked for again. */
  response?: string;
}

const WHAT = 'a chat.completion.chunk';

/** Reads the data of one chat.completion.chunk event. Written by hand: it runs once for every token. */
export function readDelta(data: string): Delta {
  const chunk = objectIn(data, WHAT);
  if (chunk.error !== undefined) throw new LlmError('LLM_REFUSED', `it reported ${data.slice(0, 500)}`);
  if (!Array.isArray(chunk.choices)) throw malformed(data, WHAT);
  if (chunk.choices.length === 0) return { content: undefined, last: false };
  const choice = object(chunk.choices[0]);
  if (!choice) throw malformed(data, WHAT);
  const content = object(choice.delta)?.content;
  return {
    content: typeof content === 'string' ? content : undefined,
    last: typeof choice.finish_reason === 'string',
  };
}
