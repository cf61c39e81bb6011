/**
 * A position in the expected text of a send: chunk, and UTF-16 offset in it, in one number, so that positions
 * compare as numbers. It is counted in chunks because the length of the text before chunk k is not known in O(1);
 * in chunks as they come in (truth.ts), so that one that the LLM itself repeats has two places.
 */
/** More than the longest chunk of the oracle; a million chunks of it stay a safe integer. */
const SPAN = 0x10000;

export type Position = number;

export function positionOf(chunk: number, offset = 0): Position {
  return chunk * SPAN + offset;
}
export function chunkOf(position: Position): number {
  return Math.floor(position / SPAN);
}
export function offsetOf(position: Position): number {
  return position % SPAN;
}

/** For people: `chunk 12`, `chunk 12 + 3`. */
export function showPosition(position: Position): string {
  const offset = offsetOf(position);
  return offset === 0 ? `chunk ${chunkOf(position)}` : `chunk ${chunkOf(position)} + ${offset}`;
}

/** Part of the expected text, `to` exclusive. */
export interface Range {
  from: Position;
  to: Position;
}

/** For people: `chunk 7`, `chunks 7–9`, `chunk 7 + 3 to chunk 8 + 1`. */
export function showRange({ from, to }: Range): string {
  if (offsetOf(from) !== 0 || offsetOf(to) !== 0) return `${showPosition(from)} to ${showPosition(to)}`;
  const [first, last] = [chunkOf(from), chunkOf(to) - 1];
  return last <= first ? `chunk ${first}` : `chunks ${first}–${last}`;
}
