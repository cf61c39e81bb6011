/**
 * The directive by which a prompt tells the mock LLM what to say. It stands in the text of the last user
 * message, so that any backend which forwards that message to an OpenAI-compatible URL can be tested unchanged:
 *
 *     What holds kelp to the rock? [[holdfast seed=1z141z chunks=40 gap=20 first=200 mode=natural]]
 */
import type { TextMode } from './oracle.ts';

export interface Directive {
  /** Unsigned 32-bit; written in base 36. */
  seed: number;
  /** Number of content chunks, 1 … 1,000,000. */
  chunks: number;
  /** ms between two chunks, on an absolute schedule; 0: as fast as the reader reads. */
  gap: number;
  /** ms before the first chunk. */
  first: number;
  mode: TextMode;
}

const PATTERN = /\[\[holdfast\s+([^\]]*)\]\]/g;
const MAX_CHUNKS = 1_000_000;
const MAX_DELAY = 3_600_000;

export class DirectiveError extends Error {
  readonly code = 'HF_DIRECTIVE';
}

/** Writes a directive; what equals its default is left out. */
export function formatDirective(directive: { seed: number; chunks: number } & Partial<Directive>): string {
  const { seed, chunks, gap = 0, first = 0, mode = 'marked' } = directive;
  const words = [`seed=${seed.toString(36)}`, `chunks=${chunks}`];
  if (gap) words.push(`gap=${gap}`);
  if (first) words.push(`first=${first}`);
  if (mode !== 'marked') words.push(`mode=${mode}`);
  return `[[holdfast ${words.join(' ')}]]`;
}

/**
 * Reads the directive of a prompt.
 *
 * @returns null where the text holds none
 * @throws DirectiveError where it holds one that is malformed, or more than one: never guessed at
 */
export function parseDirective(text: string): Directive | null {
  const found = [...text.matchAll(PATTERN)];
  if (found.length === 0) {
    if (text.includes('[[holdfast')) throw new DirectiveError('a directive begins with "[[holdfast" and never ends with "]]"');
    return null;
  }
  if (found.length > 1) throw new DirectiveError(`a prompt may hold one directive, this one holds ${found.length}`);
  const values = new Map<string, string>();
  for (const word of found[0]![1]!.trim().split(/\s+/)) {
    const [name = '', value = ''] = word.split('=', 2);
    if (!['seed', 'chunks', 'gap', 'first', 'mode'].includes(name)) {
      throw new DirectiveError(`unknown word "${name}" in a directive; allowed: seed, chunks, gap, first, mode`);
    }
    if (values.has(name)) throw new DirectiveError(`"${name}" stands twice in a directive`);
    values.set(name, value);
  }
  const seedText = values.get('seed') ?? '';
  const seed = /^[0-9a-z]{1,7}$/.test(seedText) ? Number.parseInt(seedText, 36) : Number.NaN;
  if (!(seed <= 0xffffffff)) {
    throw new DirectiveError(`seed must be an unsigned 32-bit number in base 36, not "${seedText}"`);
  }
  const mode = values.get('mode') ?? 'marked';
  if (mode !== 'marked' && mode !== 'natural') {
    throw new DirectiveError(`mode must be "marked" or "natural", not "${mode}"`);
  }
  return {
    seed,
    chunks: integer(values, 'chunks', 1, MAX_CHUNKS),
    gap: integer(values, 'gap', 0, MAX_DELAY, 0),
    first: integer(values, 'first', 0, MAX_DELAY, 0),
    mode,
  };
}

function integer(values: Map<string, string>, name: string, min: number, max: number, fallback?: number): number {
  const text = values.get(name);
  if (text === undefined && fallback !== undefined) return fallback;
  const value = /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new DirectiveError(`${name} must be a whole number from ${min} to ${max}, not "${text ?? ''}"`);
}
