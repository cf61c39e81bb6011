/**
 * What can go wrong on the wire between a client device and the target, and where it strikes.
 *
 *     tab ── device listener ──▶ proxy ──▶ target
 *                                  │
 *                                  └ counts answer text through the target's decode; strikes after
 *                                    the frame that brings the count to `afterText`
 */
import type { Recorder } from '../history/index.ts';

/** How a fault ends a live exchange. */
export type CutStyle =
  /** TCP reset, after the bytes before it were delivered. */
  | 'reset'
  /** FIN without the terminator of the body: the reader learns that it is incomplete. */
  | 'fin'
  /** Half of the next frame, then a reset. */
  | 'half-frame'
  /** A correct end of the body without a terminal event: the reader learns nothing. */
  | 'clean-end'
  /** Nothing more is passed on and nothing is closed. */
  | 'black-hole';

/** How a fault garbles a stream that goes on. */
export type GarbleStyle =
  /** One frame with text is lost. */
  | 'withhold'
  /** One frame with text comes twice. */
  | 'repeat'
  /** Two frames with text come in the other order. */
  | 'swap'
  /** The first half of one frame with text comes twice. */
  | 'repeat-half'
  /** The halves of one frame with text come in the other order. */
  | 'swap-halves';

/** What can strike a stream: an end, a garbling, or the loss of all frames but signs of life. */
export type StrikeStyle = CutStyle | GarbleStyle | 'kept-alive';

/** Where a fault strikes: at a content index of one exchange, never at a time. */
export interface StrikePoint {
  /**
   * UTF-16 units of answer text passed on in one exchange; 0: before the first text, and before any frame, as
   * soon as the head of the response was passed on.
   */
  afterText: number;
  /**
   * Sooner than at any text: the target has answered with a stream, and nothing of it, not even the head, is passed
   * on. Whoever asked cannot know whether the request took effect. Only for `reset` and `fin`.
   */
  beforeHead?: true;
  /**
   * Where a client left in mid-answer by itself, what it had by then counts too: whoever takes an answer up again at
   * a cursor gets only the rest of it. For strikes at whom nobody else on the device is near.
   */
  takenUp?: true;
  /** Only exchanges whose request path matches; default: every exchange. */
  path?: RegExp;
  /** Only the exchange of this stream (as the actor names it); default: any. */
  stream?: string;
}

/** One fault as the history names it. */
export interface FaultName {
  /** Unique in the play. */
  id: string;
  /** Seed of the send that it is aimed at, where it is aimed at one. */
  send?: number;
  /** Who books it; default: whoever books what happens at the place. */
  recorder?: Recorder;
}

/** A kind of fault, for the registry that `holdfast list faults` renders. */
export interface FaultInfo {
  /** The `kind` of its events in a history. */
  id: string;
  at: 'device' | 'llm' | 'database' | 'target';
  /** What it does, in one sentence. */
  about: string;
  /** What ends it. */
  heals: string;
}
