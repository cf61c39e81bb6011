/**
 * A fault: one thing that goes wrong in an answer, at a place of it that is known beforehand.
 *
 *     headers │ chunk 0 │ chunk 1 │ … │ chunk n-1 │ end
 *        ▲        ▲ what strikes at chunk i strikes when that chunk is due, before its frame is written
 *
 * Several at one place strike in the order in which they are written. Pure: what a fault does is a list of acts
 * that whoever speaks (the server, an msw handler) carries out, so the same happens everywhere.
 */
import type { Story } from './story.ts';

/** How often a silent connection is kept alive, ms. */
export const KEEP_ALIVE_MS = 250;

export type Bytes = string | Uint8Array;

export type Act =
  /** What the step would be without faults. */
  | { do: 'step' }
  /** The fault of that name strikes; what it does follows. */
  | { do: 'strike'; fault: string }
  /** Bytes for the reader. `chunk`: they complete the frame of that chunk; null: they complete none. */
  | { do: 'write'; bytes: Bytes; chunk: number | null }
  /** Silence of `ms` (null: for ever). `moves`: the schedule moves on by it; else what became due comes at once. */
  | { do: 'wait'; ms: number | null; moves: boolean; keepAlive: boolean }
  /** The gate of the seed closes here; whoever opens it lets the answer go on. */
  | { do: 'hold' }
  /** An HTTP error instead of an answer. */
  | { do: 'refuse'; status: FailureStatus; retryAfter: number | null }
  /** The provider says in mid-stream that it failed, and ends the body. */
  | { do: 'fail' }
  /** The body ends: everything was said. */
  | { do: 'finish' }
  /** `clean`: the body ends as if it were complete; `fin`: it breaks off; `reset`: the connection is reset. */
  | { do: 'close'; how: 'clean' | 'fin' | 'reset' };

export type FailureStatus = 401 | 404 | 429 | 500 | 503;

/** The step at which a fault strikes, as far as the fault may see and change it. */
export interface Cell {
  /** Index of the chunk that is due; the number of chunks at the end; -1 before the headers. */
  readonly at: number;
  readonly text: (i: number) => string;
  /** The frame of chunk `i`, or of another text in its place. */
  readonly frame: (i: number, text?: string) => string;
  /** The last frame of a whole answer. */
  readonly terminal: () => string;
  /** What is still to be written of the step's own frames; empty: nothing. */
  rest: Bytes;
  /** Whether `rest` gives the reader the chunk. */
  counts: boolean;
}

export interface Value {
  /** What the number is, for people. */
  what: string;
  min: number;
  max: number;
  /** What holds where none is given; undefined: one must be given. */
  fallback?: number | null;
}

export interface Fault {
  readonly name: string;
  /** What it does, for the documentation. */
  readonly what: string;
  /**
   * Where it may strike: `headers` before anything is answered, `chunk` at any chunk or the end, `frame` at a chunk
   * whose frame it changes, `end` at the end, `call` all along. Only `chunk` and `frame` take an index.
   */
  readonly place: 'headers' | 'chunk' | 'frame' | 'end' | 'call';
  /** The number that it takes; undefined: none. */
  readonly value?: Value;
  /** Whether it needs an answer in frames: an answer in one piece is refused. */
  readonly needsStream: boolean;
  /** Where it really strikes, when the text decides that; null: nowhere. */
  settle?(at: number, chunks: number, text: (i: number) => string): number | null;
  acts(cell: Cell, value: number | null): readonly Act[];
  /** What a faithful client makes of it. */
  means(story: Story, value: number | null): void;
}
