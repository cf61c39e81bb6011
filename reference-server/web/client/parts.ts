/**
 * What a client is made of. Each part is one decision on which a resumable chat stands or falls; a planted defect
 * (../defects) replaces one of them by what some real chat does, and the rest stays as it is.
 */
import type { Api } from './api.ts';
import type { Cache } from './cache.ts';
import { eventsOf, type ServerEvent } from './events.ts';
import { adopt, type Message, type Row, type State, unfinished } from './message.ts';
import type { Slots } from './slots.ts';

export interface Parts {
  api: Api;
  cache: Cache;
  /** Of which each stream takes one. */
  slots: Slots;
  events(response: Response, signal: AbortSignal): AsyncIterable<ServerEvent>;
  /** The text with a chunk in its place; null where something is missing before it. */
  place(held: string, chunk: { text: string; end: number }): string | null;
  /** Whether a text is all of an answer that is said to be so long. */
  isWhole(text: string, length: number): boolean;
  /** What a row of the server makes of what is held. */
  adopt(held: Message, row: Row, isTruth?: boolean): Message;
  /** What a connection that ended cleanly, without the event of the end, says about the answer. */
  afterCleanEnd(): State | null;
  /** Whether the answer has to be followed. */
  unfinished(message: Message, session: string): boolean;
  /** Whether this event shows that the stream goes on with the answer. */
  isProgress(event: ServerEvent): boolean;
  /** ms to wait after so many attempts in a row that brought nothing. */
  pause(inVain: number, poll: number): number;
  /** Whether the answers of a session are streamed; else they are asked for. */
  streams(session: string, shown: string | null): boolean;
}

export function defaultParts(api: Api, cache: Cache, slots: Slots): Parts {
  return {
    api,
    cache,
    slots,
    events: eventsOf,
    place: placeByPosition,
    isWhole: (text, length) => text.length === length,
    adopt,
    afterCleanEnd: () => null,
    unfinished,
    isProgress: ({ type }) => type !== 'nothing',
    pause: (inVain, poll) => Math.min(50 * 4 ** (inVain - 1), poll),
    // The few connections there are belong to what somebody looks at. What goes on behind is asked for, and is
    // streamed again, from where it is, as soon as it is shown.
    streams: (session, shown) => session === shown,
  };
}

/** By position, not by order of arrival: what comes twice, or from two connections, is there once. */
function placeByPosition(held: string, { text, end }: { text: string; end: number }): string | null {
  const begin = end - text.length;
  if (begin > held.length) return null;
  return end <= held.length ? held : held + text.slice(held.length - begin);
}
