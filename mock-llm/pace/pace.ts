/** When chunks are due: a pure function, so that the same seed has the same schedule. */
import { mix } from '../oracle.ts';
import { LENGTHS, PACES } from './profiles.ts';
import { draw } from './quantiles.ts';

export interface Pace {
  /** ms from the chunk before (the first: from the call) to chunk `i`; from the last to the end. */
  gap(i: number): number;
}

// One seed draws many things; each has a stream of numbers of its own.
const TIMING = 0x7061_6365;
const LENGTH = 0x6c65_6e67;

/** null: as fast as the reader reads. */
export function constantPace(first: number, gap: number, chunks: number): Pace | null {
  if (first === 0 && gap === 0) return null;
  return {
    gap(i) {
      if (i === 0) return first;
      return i < chunks ? gap : 0;
    },
  };
}

/** @param name one of PACES */
export function profilePace(name: string, seed: number, attempt: number, chunks: number): Pace {
  const { first, gap } = PACES[name]!;
  const own = mix(mix(seed, TIMING), attempt);
  return { gap: (i) => (i < chunks ? draw(i === 0 ? first : gap, own, i) : 0) };
}

/** How many chunks the answer of a seed has. @param name one of LENGTHS */
export function profileLength(name: string, seed: number): number {
  return Math.max(1, Math.round(draw(LENGTHS[name]!.chunks, mix(seed, LENGTH), 0)));
}
