/** What one call is answered with. */
import type { Directive } from './directive.ts';
import { mix, oracle, oracleOf } from './oracle.ts';
import { constantPace, type Pace, profilePace } from './pace/pace.ts';

export interface Answer {
  /** The same for the same seed and attempt; the dialect makes its ids of it. */
  name: string;
  attempt: number;
  chunks: number;
  text(i: number): string;
  /** null: as fast as the reader reads. */
  pace: Pace | null;
  /** Deltas of reasoning, before the first chunk. */
  reasoning: readonly string[];
  /** Deltas of a tool call's arguments, together one JSON object, after the last chunk. */
  toolCall: readonly string[];
}

const AUXILIARY = ['A ', 'note ', 'on ', 'kelp ', 'and ', 'currents'];

/** What every call without a directive is told, such as one that asks for a title. */
export const AUXILIARY_TEXT = AUXILIARY.join('');

export const auxiliaryAnswer: Answer = {
  name: 'auxiliary',
  attempt: 0,
  chunks: AUXILIARY.length,
  text: (i) => AUXILIARY[i]!,
  pace: null,
  reasoning: [],
  toolCall: [],
};

// Their text is of other seeds: a mark of it in the answer's own text would show that they were mixed up.
const REASONING = 0x7265_6173;
const TOOL = 0x746f_6f6c;

/** The name of the tool that a tool call calls. */
export const TOOL_NAME = 'write_note';

export function directedAnswer(directive: Directive, attempt: number): Answer {
  const { seed, chunks, first, gap, mode, pace } = directive;
  const texts = (of: number, count: number) =>
    count === 0 ? NONE : Array.from({ length: count }, (_, i) => oracle(mix(seed, of), attempt, i, mode));
  return {
    name: `${seed.toString(36)}-${attempt}`,
    attempt,
    chunks,
    text: oracleOf(seed, attempt, mode),
    pace: pace === null ? constantPace(first, gap, chunks) : profilePace(pace, seed, attempt, chunks),
    reasoning: texts(REASONING, directive.reasoning),
    toolCall: argumentsOf(texts(TOOL, directive.tool)),
  };
}

const NONE: readonly string[] = [];

/** `{"note":"…"}`, in as many pieces as there are texts. */
function argumentsOf(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return NONE;
  const pieces = texts.map((text) => JSON.stringify(text).slice(1, -1));
  const last = pieces.length - 1;
  return pieces.map((piece, i) => `${i === 0 ? '{"note":"' : ''}${piece}${i === last ? '"}' : ''}`);
}

export function wholeText({ chunks, text }: Pick<Answer, 'chunks' | 'text'>): string {
  let whole = '';
  for (let i = 0; i < chunks; i++) whole += text(i);
  return whole;
}
