/**
 * The directive by which a prompt tells the mock LLM what to say. It stands in the text of the last user
 * message, so that any backend which forwards that message to an OpenAI-compatible URL can be tested unchanged:
 *
 *     What holds kelp to the rock? [[holdfast seed=1z141z chunks=40 gap=20 first=200 mode=natural]]
 */
import { MockLlmError } from './errors.ts';
import { checkPlaces, formatTimeline, parseTimeline, type Timeline } from './faults/timeline.ts';
import { TEXT_MODES, type TextMode } from './oracle.ts';
import { profileLength } from './pace/pace.ts';
import { LENGTHS, PACES } from './pace/profiles.ts';

export interface Directive {
  /** Unsigned 32-bit; written in base 36. */
  seed: number;
  /** Number of content chunks, 1 … 1,000,000. */
  chunks: number;
  /** ms between two chunks, on an absolute schedule, 0 … 3,600,000; 0: as fast as the reader reads. */
  gap: number;
  /** ms before the first chunk, 0 … 3,600,000. */
  first: number;
  mode: TextMode;
  /** A profile (see pace/profiles.ts) instead of `first` and `gap`; null: none. */
  pace: string | null;
  /** Deltas of reasoning before the first chunk, 0 … 10,000. */
  reasoning: number;
  /** Deltas of a tool call after the last chunk, 0 … 10,000; 0: no tool call. */
  tool: number;
  /** null: it says nothing about faults, and others may. */
  faults: Timeline | null;
}

const OPENING = '[[holdfast';
const PATTERN = /\[\[holdfast(?:\s+([^\]]*))?\]\]/g;
const MAX_SEED = 0xffffffff;
const MAX_CHUNKS = 1_000_000;
const MAX_DELAY = 3_600_000;
const MAX_EXTRAS = 10_000;

/** What each word means, for the documentation. */
export const WORDS: Readonly<Record<string, { what: string; fallback: string }>> = {
  seed: { what: 'which answer: an unsigned 32-bit number in base 36', fallback: '' },
  chunks: {
    what: 'how many chunks, 1 … 1,000,000; or a length profile, from which the seed draws',
    fallback: '',
  },
  gap: {
    what: 'ms between two chunks, on an absolute schedule; 0: as fast as the reader reads',
    fallback: '0',
  },
  first: { what: 'ms before the first chunk', fallback: '0' },
  pace: { what: 'a pace profile, from which the seed draws, instead of `gap` and `first`', fallback: '' },
  mode: {
    what: '`marked`: chunks carry a watermark `{seed.attempt.i}`; `natural`: none; a size profile: natural text in chunks as long as that provider sends',
    fallback: 'marked',
  },
  reasoning: { what: 'deltas of reasoning, sent before the first chunk', fallback: '0' },
  tool: { what: 'deltas of a tool call, sent after the last chunk; 0: no tool call', fallback: '0' },
  faults: { what: 'the timeline of faults, see below; `none`: no faults, whatever others say', fallback: '' },
};

export class DirectiveError extends MockLlmError<'ML_DIRECTIVE'> {
  override readonly name = 'DirectiveError';

  constructor(what: string) {
    super('ML_DIRECTIVE', { what });
  }
}

/**
 * Writes a directive; what equals its default is left out.
 *
 * @throws DirectiveError where the mock LLM would refuse it
 */
export function formatDirective(directive: { seed: number; chunks: number } & Partial<Directive>): string {
  const { seed, chunks, gap = 0, first = 0, mode = 'marked' } = directive;
  const words = [`seed=${seed.toString(36)}`, `chunks=${chunks}`];
  if (gap !== 0) words.push(`gap=${gap}`);
  if (first !== 0) words.push(`first=${first}`);
  if (mode !== 'marked') words.push(`mode=${mode}`);
  for (const word of ['pace', 'reasoning', 'tool'] as const) {
    if (directive[word]) words.push(`${word}=${directive[word]}`);
  }
  if (directive.faults) words.push(`faults=${formatTimeline(directive.faults)}`);
  const text = `${OPENING} ${words.join(' ')}]]`;
  parseDirective(text);
  return text;
}

/**
 * Reads the directive of a prompt.
 *
 * @returns null where the text holds none
 * @throws DirectiveError where it holds one that is malformed, or more than one: never guessed at; MockLlmError
 *   ML_FAULT where its timeline of faults is
 */
export function parseDirective(text: string): Directive | null {
  const begun = text.split(OPENING).length - 1;
  if (begun === 0) return null;
  if (begun > 1) throw new DirectiveError(`a prompt may hold one "${OPENING}", this one holds ${begun}`);
  const [found] = text.matchAll(PATTERN);
  if (!found)
    throw new DirectiveError(`it begins with "${OPENING}" and must go on to "]]" without another "]"`);
  const values = wordsOf(found[1] ?? '');
  const seed = seedIn(values);
  const chunks = chunksIn(values, seed);
  return {
    seed,
    chunks,
    gap: integerIn(values, 'gap', 0, MAX_DELAY, 0),
    first: integerIn(values, 'first', 0, MAX_DELAY, 0),
    mode: modeIn(values),
    pace: paceIn(values),
    reasoning: integerIn(values, 'reasoning', 0, MAX_EXTRAS, 0),
    tool: integerIn(values, 'tool', 0, MAX_EXTRAS, 0),
    faults: faultsIn(values, chunks),
  };
}

function chunksIn(values: Map<string, string>, seed: number): number {
  const name = values.get('chunks') ?? '';
  if (Object.hasOwn(LENGTHS, name)) return profileLength(name, seed);
  if (!/^[a-z]/.test(name)) return integerIn(values, 'chunks', 1, MAX_CHUNKS);
  throw new DirectiveError(
    `chunks must be a number or one of ${Object.keys(LENGTHS).join(', ')}, not "${name}"`,
  );
}

function paceIn(values: Map<string, string>): string | null {
  const name = values.get('pace');
  if (name === undefined) return null;
  if (!Object.hasOwn(PACES, name)) {
    throw new DirectiveError(`pace must be one of ${Object.keys(PACES).join(', ')}, not "${name}"`);
  }
  if (values.has('gap') || values.has('first'))
    throw new DirectiveError('pace stands instead of gap and first');
  return name;
}

function faultsIn(values: Map<string, string>, chunks: number): Timeline | null {
  const text = values.get('faults');
  if (text === undefined) return null;
  const timeline = parseTimeline(text);
  checkPlaces(timeline, chunks);
  return timeline;
}

function wordsOf(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    if (!Object.hasOwn(WORDS, name)) {
      throw new DirectiveError(`there is no word "${name}"; allowed are ${Object.keys(WORDS).join(', ')}`);
    }
    if (values.has(name)) throw new DirectiveError(`"${name}" stands twice`);
    values.set(name, equals === -1 ? '' : word.slice(equals + 1));
  }
  return values;
}

function seedIn(values: Map<string, string>): number {
  const text = values.get('seed') ?? '';
  const seed = /^[0-9a-z]{1,7}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  if (seed <= MAX_SEED) return seed;
  throw new DirectiveError(`seed must be an unsigned 32-bit number in base 36, not "${text}"`);
}

function modeIn(values: Map<string, string>): TextMode {
  const name = values.get('mode') ?? 'marked';
  const mode = TEXT_MODES.find((known) => known === name);
  if (mode) return mode;
  throw new DirectiveError(`mode must be one of ${TEXT_MODES.join(', ')}, not "${name}"`);
}

function integerIn(
  values: Map<string, string>,
  name: string,
  min: number,
  max: number,
  fallback?: number,
): number {
  const text = values.get(name);
  if (text === undefined && fallback !== undefined) return fallback;
  const value = /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new DirectiveError(`${name} must be a whole number from ${min} to ${max}, not "${text ?? ''}"`);
}
