/**
 * Looks for the highest level that holds: doubles until one does not, then halves the gap between the highest that held
 * and the lowest that did not, until it is small. Assumes no more than that what breaks at a level breaks above it;
 * and since chance has a say, the level that is found is played once more.
 */
export interface Trial {
  held: boolean;
  /** Why not; null where it held. */
  why: string | null;
}

export interface Found {
  levels: { level: number; held: boolean; why: string | null }[];
  /** Null where not even the lowest held. */
  limit: number | null;
}

/** The gap that is small enough, as a share of what held. */
const CLOSE = 0.1;
/** Doublings, and steps down when a confirmation fails. */
const MOST_DOUBLINGS = 10;
const MOST_CONFIRMATIONS = 3;

/** @param from where to begin; it and all levels are whole numbers of at least 1 */
export async function findLimit(from: number, attempt: (level: number) => Promise<Trial>): Promise<Found> {
  const levels: Found['levels'] = [];
  const tried = async (level: number): Promise<boolean> => {
    const { held, why } = await attempt(level);
    levels.push({ level, held, why });
    return held;
  };

  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let level = Math.max(1, Math.round(from));
  for (let doublings = 0; doublings <= MOST_DOUBLINGS && high === Number.POSITIVE_INFINITY; doublings++) {
    if (await tried(level)) {
      low = level;
      level *= 2;
    } else high = level;
  }
  while (high - low > Math.max(1, CLOSE * low) && high !== Number.POSITIVE_INFINITY) {
    const middle = Math.floor((low + high) / 2);
    if (middle < 1) break;
    if (await tried(middle)) low = middle;
    else high = middle;
  }
  for (let left = MOST_CONFIRMATIONS; low >= 1 && left > 0; left--) {
    if (await tried(low)) return { levels, limit: low };
    // One that held before is worth more than one that was never tried, and the last try is not for guessing.
    const below = highestBelow(low, levels);
    low = left === 2 && below > 0 ? below : Math.max(below, Math.floor(low * (1 - CLOSE)));
  }
  return { levels, limit: null };
}

/** The highest level below this one that has held whenever it was tried; 0: none. */
function highestBelow(limit: number, levels: Found['levels']): number {
  const broke = new Set(levels.filter(({ held }) => !held).map(({ level }) => level));
  return Math.max(0, ...levels.flatMap(({ level }) => (level < limit && !broke.has(level) ? [level] : [])));
}
