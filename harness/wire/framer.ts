import type { Frame, Framing } from './frames.ts';
import { createNdjsonFramer } from './ndjson.ts';
import { createSseFramer } from './sse.ts';

/**
 * Turns the bytes of one response body into frames, however they are cut into pieces.
 * The bytes of all frames, with `rest()` behind them, are the bytes that were pushed.
 */
export interface Framer {
  /** Takes the next bytes; returns the frames that they complete. Keeps `bytes`: do not write to it again. */
  push(bytes: Uint8Array): Frame[];
  /** Bytes of a frame that is not finished. */
  rest(): Buffer;
}

/** Bytes that carry nothing in any protocol of that framing, and so are no more than a sign of life. */
export const SIGN_OF_LIFE: Readonly<Record<Framing, string>> = { sse: ':\n\n', ndjson: '\n' };

/** One framer for one response body: SSE skips a byte order mark at its start. */
export function createFramer(framing: Framing): Framer {
  return framing === 'sse' ? createSseFramer() : createNdjsonFramer();
}
