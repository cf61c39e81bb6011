/** Looks for something again and again, at most for a bound: then it is told as unmet, and nobody goes on looking. */
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../actors/actor.ts';
import type { Starved } from '../actors/patience.ts';

export interface Looking {
  /** ms between two looks. */
  every: number;
  /** Bound, ms. */
  within: number;
  /** It may take so much longer. */
  starved?: Starved;
}

/** @throws Unmet; what the look itself throws */
export async function lookFor(
  what: string,
  isThere: () => boolean | Promise<boolean>,
  { every, within: bound, starved }: Looking,
): Promise<void> {
  let over = false;
  const looking = async () => {
    while (!over && !(await isThere())) await sleep(every);
  };
  try {
    await within(bound, what, looking(), starved);
  } finally {
    over = true;
  }
}
