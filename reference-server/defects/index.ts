/** All defects that can be planted, and how: `DEFECTS=name,name` in the environment of a development server. */
import { StartError } from '../errors.ts';
import { PARTS, type Parts } from '../parts.ts';
import type { Defect, ServerDefect } from './defect.ts';
import { stuckAfterCrash } from './stuck-after-crash.ts';

export type { Defect, DefectInfo, ServerDefect } from './defect.ts';

const SERVER: readonly ServerDefect[] = [stuckAfterCrash];

export const defects: readonly Defect[] = [
  ...SERVER.map((defect) => ({ ...defect, side: 'server' }) as const),
];

/**
 * The parts of a server that has these defects. Those of the page change no part of it.
 *
 * @throws StartError for a name that is not known
 */
export function planted(names: readonly string[]): Parts {
  let parts = PARTS;
  for (const name of new Set(names)) {
    const defect = defects.find((known) => known.name === name);
    if (!defect) {
      const known = defects.map((each) => each.name).join(', ');
      throw new StartError(`There is no defect "${name}" to plant. Known: ${known}.`);
    }
    if (defect.side === 'server') parts = defect.plant(parts);
  }
  return parts;
}
