/**
 * How bytes become frames, the smallest unit that a streaming protocol hands to its reader, and what a frame
 * can mean. What it does mean is the target adapter's `decode`.
 * The proxy, the actors and the load engine all read by it.
 */

import type { GenerationState } from '../history/events.ts';

export type Framing = 'sse' | 'ndjson';

export interface Frame {
  /** The bytes as they came, terminator included. */
  bytes: Buffer;
  /** SSE: the event field, `message` where there was none. NDJSON: always `message`. */
  event: string;
  /** SSE: the id field of this frame, if it had one. */
  id?: string;
  /** SSE: the data lines joined by \n; NDJSON: the line. Empty for comments. */
  data: string;
  /** Nothing but comments and blank lines: it carries no event. */
  comment: boolean;
}

/** What a frame of the answer's stream means. A frame may mean nothing. */
export interface Meaning {
  text?: { how: 'append' | 'set'; text: string };
  /** From here a reader can resume. */
  cursor?: string;
  /** The generation ended, in this state. */
  terminal?: GenerationState;
  /** Length of the whole answer, where the terminal event says it. */
  length?: number;
  keepAlive?: boolean;
  /** The target's word that what was held is void and the text starts anew; why. */
  reset?: string;
  /** The target's id of the answer. */
  message?: string;
}

/** The target adapter's reading of a frame. */
export type Decode = (frame: Frame) => Meaning;
