/**
 * Maps the clock of a document to that of the harness.
 *
 * Nothing is heard before it was said: a word said at p (the document's ms) and heard at h bounds the offset from
 * above by h − p; one asked for at h and answered at p bounds it from below by h − p. What lies between is not known,
 * and half of it is the error.
 */
import { now, type When } from '../../history/index.ts';

export interface PageClock {
  /** A word that was said at `page` has just been heard. */
  heard(page: number): void;
  /** What was asked for at `asked` (the harness's ms) was answered at `page`. */
  answered(asked: number, page: number): void;
  /** Error that instants have by what is known so far, ms. */
  readonly err: number;
  instant(page: number): Required<When>;
}

/** Chromium rounds a document's clock to this, ms. */
const RESOLUTION = 0.1;

/** @param begunAfter the document did not exist yet at this time (the harness's ms) */
export function createPageClock(begunAfter: number): PageClock {
  let low = begunAfter;
  let high = Number.POSITIVE_INFINITY;
  const error = () => Math.max(0, high - low) / 2 + RESOLUTION;
  return {
    heard(page) {
      high = Math.min(high, now() - page);
    },
    answered(asked, page) {
      low = Math.max(low, asked - page);
    },
    get err() {
      return error();
    },
    instant: (page) => ({ t: page + (low + Math.max(low, high)) / 2, err: error() }),
  };
}
