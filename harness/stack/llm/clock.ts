import { now } from '../../history/clock.ts';

/** How another process's monotonic clock stands to ours. */
export interface ClockOffset {
  /** Its time minus ours, ms. */
  offset: number;
  /** How far off that may be, ms. */
  err: number;
}

const ROUND_TRIPS = 8;

/**
 * Measures the offset by round trips, of which the quickest counts: its answer was given somewhere within it, so
 * the error is half of it. Where that leaves it open whether there is any offset, both clocks are taken for the
 * same one, as they are on one machine.
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
  return Math.abs(best.offset) <= best.err ? { offset: 0, err: best.err } : best;
}
