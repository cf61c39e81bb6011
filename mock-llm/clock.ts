// Both run on the monotonic clock of the system; only the points from which they count differ.
const [seconds, nanoseconds] = process.hrtime();
const OFFSET = seconds * 1e3 + nanoseconds / 1e6 - performance.now();

/** Monotonic time, ms, since a point that all processes of one machine share. */
export function now(): number {
  return OFFSET + performance.now();
}
