/**
 * A hunt tests exploring itself: defects of the target are planted, one at a time, and an exploration that is told
 * nothing of them must find each. Which ones follows from the commit, so that nobody can choose those that are easy.
 */

import { HoldfastError } from '../errors.ts';
import { createSource } from '../history/index.ts';
import { createDraw, seedOf } from '../runs/draw.ts';
import { describeEnvironment, version } from '../runs/environment.ts';
import { EXIT, exitOf } from '../runs/exit-codes.ts';
import { withGround } from '../runs/standing.ts';
import type { PlantableDefect } from '../targets/target.ts';
import { type ExploreOptions, explore } from './explore.ts';
import type { Explored } from './results.ts';

export interface Quarry {
  defect: string;
  about: string;
  explored: Explored;
}

export interface Hunt {
  /** What the choice follows from. */
  commit: string;
  quarry: Quarry[];
  /** Programs until each was found; only of those that were. */
  median: number | null;
  worst: number | null;
}

/** A hunt asks whether something is found, not how short it can be made. */
const BUDGET = 0;

/**
 * @param count how many of the server's defects; the page's need a browser, which plays no programs
 * @throws HF_USAGE where nothing can be planted
 */
export async function hunt(options: ExploreOptions, count: number): Promise<Hunt> {
  const { target, postgres } = options;
  const commit = describeEnvironment(null, target.name).commit?.split(' ')[0] ?? version();
  const known = ((await target.defects?.()) ?? []).filter(({ side }) => side === 'server');
  if (known.length === 0) {
    const what = `Nothing can be planted in the target ${target.name}, so there is nothing to hunt`;
    throw new HoldfastError('HF_USAGE', { what, command: 'explore' });
  }
  const quarry: Quarry[] = [];
  const recorder = createSource('ground', () => {});
  await withGround({ postgres, recorder, logFile: '/dev/null' }, async (ground) => {
    for (const { name, about } of choose(known, count, commit)) {
      const { results } = await explore({ ...options, ground, defects: [name], budget: BUDGET });
      quarry.push({ defect: name, about, explored: results });
      if (results.failure) break;
    }
  });
  const taken = quarry.flatMap(({ explored }) => explored.programs.firstFailed ?? []).sort((a, b) => a - b);
  return { commit, quarry, median: taken[(taken.length - 1) >> 1] ?? null, worst: taken.at(-1) ?? null };
}

/** Different ones, whatever the order of the registry. */
export function choose(known: readonly PlantableDefect[], count: number, commit: string): PlantableDefect[] {
  const left = [...known].sort((a, b) => (a.name < b.name ? -1 : 1));
  const draw = createDraw(seedOf(0, 'hunt', commit));
  const chosen: PlantableDefect[] = [];
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(draw.between(0, left.length - 1), 1));
  }
  return chosen;
}

/** 0: each was found · 1: some was not · 70, 130: as everywhere. */
export function exitOfHunt({ quarry }: Hunt): number {
  const broken = quarry.find(({ explored }) => explored.failure);
  if (broken) return exitOf(broken.explored);
  return quarry.every(({ explored }) => explored.found) ? EXIT.pass : EXIT.fail;
}
