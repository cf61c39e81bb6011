import { now } from '../../history/clock.ts';

/** How another process's monotonic clock stands to ours. */
export interface ClockOffset {
  /** Its time minus ours, ms. */
  offset: number;
  /** How far off that may be, ms. */
  err: number;
}

const ROUND_TRIPS = 8;
/** What is left of error between two readings of one clock: what a double keeps of it, generously. */
const SAME_CLOCK_ERR = 0.001;

/**
 * Measures the offset by round trips, of which the quickest counts: its answer was given somewhere within it, so
 * the error is half of it. Two clocks that count from unlike beginnings agree to within a round trip by a chance of
 * one in millions; where they do they are one clock, as that of all processes of a machine is, and then no round
 * trip stands between them.
 *
 * @param read the other clock's time, ms
 */
export async function compareClocks(read: () => Promise<number>): Promise<ClockOffset> {
  let best: ClockOffset = { offset: 0, err: Number.POSITIVE_INFINITY };
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const before = now();
    const theirs = await read();
    const after = now();
    const err = (after - before) / 2;
    if (err < best.err) best = { offset: theirs - (before + err), err };
  }
  return Math.abs(best.offset) <= best.err ? { offset: 0, err: SAME_CLOCK_ERR } : best;
}
