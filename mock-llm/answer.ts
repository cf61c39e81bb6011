/** What one call is answered with. */
import type { Directive } from './directive.ts';
import { oracle } from './oracle.ts';

export interface Answer {
  /** The same for the same seed and attempt; the dialect makes its ids of it. */
  name: string;
  chunks: number;
  text(i: number): string;
  /** ms before the first chunk. */
  first: number;
  /** ms between two chunks. */
  gap: number;
}

const AUXILIARY = ['A ', 'note ', 'on ', 'kelp ', 'and ', 'currents'];

/** What every call without a directive is told, such as one that asks for a title. */
export const AUXILIARY_TEXT = AUXILIARY.join('');

export const auxiliaryAnswer: Answer = {
  name: 'auxiliary',
  chunks: AUXILIARY.length,
  text: (i) => AUXILIARY[i]!,
  first: 0,
  gap: 0,
};

export function directedAnswer({ seed, chunks, first, gap, mode }: Directive, attempt: number): Answer {
  return {
    name: `${seed.toString(36)}-${attempt}`,
    chunks,
    text: (i) => oracle(seed, attempt, i, mode),
    first,
    gap,
  };
}
