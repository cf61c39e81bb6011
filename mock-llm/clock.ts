// Both run on the monotonic clock of the system; only the points from which they count differ.
const OFFSET = offsetOfPerformance();

/** Monotonic time, ms, since a point that all processes of one machine share. */
export function now(): number {
  return OFFSET + performance.now();
}

/** Of several readings the one with the least between its two sides: a process may lose its processor in the middle. */
function offsetOfPerformance(): number {
  let best = { width: Number.POSITIVE_INFINITY, offset: 0 };
  for (let reading = 0; reading < 16; reading++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    const width = after - before;
    if (width < best.width)
      best = { width, offset: seconds * 1e3 + nanoseconds / 1e6 - (before + after) / 2 };
  }
  return best.offset;
}
