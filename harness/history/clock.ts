/**
 * Monotonic time in ms since an arbitrary point that all processes of one machine share
 * (`process.hrtime` reads CLOCK_MONOTONIC or its like), so sources on one machine need no translation.
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
