/**
 * How much of an answer somebody certainly had when a row was looked for, or before. Of an answer that the LLM was asked
 * for more than once only the attempt counts that the row is of: what somebody had of an earlier one is no measure of it.
 */
import type { Generation, Row } from './generation.ts';
import { certainlyBefore, type Instant } from './moment.ts';
import type { View } from './view.ts';

export interface Had {
  view: View;
  /** Whole chunks. */
  chunks: number;
}

/** The view that had the most of it by then; undefined where none had anything. */
export function longestHad(generation: Generation, row: Row, by: Instant): Had | undefined {
  const attempt = attemptOf(row, generation);
  let longest: Had | undefined;
  for (const view of generation.views.values()) {
    const t = by.t - by.err - view.err;
    const chunks = attempt === undefined ? view.growth.atLeastAt(t) : view.hadOf(attempt, t);
    if (chunks > (longest?.chunks ?? 0)) longest = { view, chunks };
  }
  return longest;
}

/** An empty row is of the newest attempt that may have begun. undefined: of any, where there was one, or there is no row. */
function attemptOf({ state, reading, at }: Row, generation: Generation): number | undefined {
  if (generation.calls.size <= 1 || state === 'absent') return undefined;
  if (reading.length > 0) return reading.attempt;
  const begun = generation.callsInOrder().filter(({ opened }) => opened && !certainlyBefore(at, opened));
  return begun.at(-1)?.attempt;
}
