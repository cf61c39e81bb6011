/** Reading requests: what all dialects check, refused with the same sentence. */
import { MockLlmError } from '../errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Message {
  role: string;
  text: string;
}

/** A fixed birthday of all answers: the same seed gives the same bytes. */
export const CREATED = 1_700_000_000;

const CHARACTERS_PER_TOKEN = 4;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(field: string, allowed: string, actual: unknown): MockLlmError {
  const shown = actual === undefined ? 'missing' : JSON.stringify(actual).slice(0, 80);
  return new MockLlmError('ML_INVALID', { field, allowed, actual: shown });
}

export function fieldsIn(body: unknown): Fields {
  if (!isFields(body)) throw invalid('body', 'a JSON object', body);
  return body;
}

export function modelIn({ model }: Fields): string {
  if (typeof model !== 'string' || model === '') throw invalid('model', 'the name of a model (any)', model);
  return model;
}

export function flag(value: unknown, field: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(field, 'true or false', value);
  return value;
}

export function streamOption(body: Fields, name: string): boolean {
  const options = body.stream_options;
  if (options === undefined || options === null) return false;
  if (!isFields(options)) throw invalid('stream_options', 'an object', options);
  return flag(options[name], `stream_options.${name}`);
}

/** @param textTypes the types of parts that are text */
export function messagesIn(list: unknown, field: string, textTypes: readonly string[]): Message[] {
  if (!Array.isArray(list) || list.length === 0) throw invalid(field, 'a list of at least one message', list);
  return list.map((message: unknown, index) => {
    const at = `${field}[${index}]`;
    if (!isFields(message)) throw invalid(at, 'an object', message);
    const { role, content } = message;
    if (typeof role !== 'string') throw invalid(`${at}.role`, 'a string', role);
    return { role, text: textIn(content, `${at}.content`, textTypes) };
  });
}

function textIn(content: unknown, field: string, textTypes: readonly string[]): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalid(field, 'a string or a list of parts', content);
  return content
    .map((part: unknown, index) => {
      if (!isFields(part)) throw invalid(`${field}[${index}]`, 'an object', part);
      if (!textTypes.includes(String(part.type))) return '';
      if (typeof part.text !== 'string') throw invalid(`${field}[${index}].text`, 'a string', part.text);
      return part.text;
    })
    .join('\n');
}

export function promptOf(said: readonly Message[]): string {
  return said.findLast(({ role }) => role === 'user')?.text ?? '';
}

export function tokensOf(said: readonly Message[]): number {
  const characters = said.reduce((sum, { text }) => sum + text.length, 0);
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
