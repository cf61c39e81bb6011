import { LlmError } from './error.ts';

/** The object that the data of an event is. */
export function objectIn(data: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw malformed(data, what);
  }
  const found = object(value);
  if (!found) throw malformed(data, what);
  return found;
}

export function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

export function malformed(data: string, what: string): LlmError {
  return new LlmError('LLM_MALFORMED', `not ${what}: ${data.slice(0, 500)}`);
}
