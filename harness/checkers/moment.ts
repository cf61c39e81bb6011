/** When something was recorded, and by which line of the history. */
import type { Stamp } from '../history/events.ts';

export interface Moment {
  /** ms */
  t: number;
  /** Error of the clock that gave `t`, ms. */
  err: number;
  /** `source#seq` */
  ref: string;
}

export function momentOf(event: Stamp): Moment {
  return { t: event.t, err: event.err, ref: `${event.source}#${event.seq}` };
}

/** Time without the line: an interval's edge computed from moments. */
export interface Instant {
  t: number;
  err: number;
}

/** Whether `a` was before `b` by more than both clocks can be wrong. */
export function certainlyBefore(a: Instant, b: Instant): boolean {
  return a.t + a.err < b.t - b.err;
}

/** `by` ms later. */
export function later(instant: Instant, by: number): Instant {
  return { t: instant.t + by, err: instant.err };
}

/** The latest of them; undefined for none. */
export function latest<I extends Instant>(instants: Iterable<I>): I | undefined {
  let last: I | undefined;
  for (const instant of instants) if (last === undefined || instant.t > last.t) last = instant;
  return last;
}

/** The earliest of them; undefined for none. */
export function earliest<I extends Instant>(instants: Iterable<I>): I | undefined {
  let first: I | undefined;
  for (const instant of instants) if (first === undefined || instant.t < first.t) first = instant;
  return first;
}
