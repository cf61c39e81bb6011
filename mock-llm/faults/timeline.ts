/**
 * How a timeline of faults is written: what strikes, where, with which number, in which attempt, in the order in
 * which things at one place strike. `none` is the empty timeline.
 *
 *     half-frame@17,stall@17:4000,reset@17      at chunk 17: half a frame, 4 s of silence, a reset
 *     429:2#0                                   the first call of the seed is refused, a further one is not
 *     pause@end:500,end-twice                   half a second before the end, which comes twice
 */
import { MockLlmError } from '../errors.ts';
import type { Fault } from './fault.ts';
import { FAULTS, faultNamed } from './registry.ts';

export interface Strike {
  fault: Fault;
  /** Index of a chunk, or `end`; null where the fault takes none. */
  at: number | 'end' | null;
  value: number | null;
  /** The attempt that it strikes, from 0; null: every one. */
  attempt: number | null;
}

export type Timeline = readonly Strike[];

const STRIKE = /^([a-z0-9-]+)(?:@(\d{1,7}|end))?(?::(\d{1,9}))?(?:#(\d{1,4}))?$/;

/** @throws MockLlmError ML_FAULT: nothing that is not understood is ever passed over */
export function parseTimeline(text: string): Timeline {
  return text === 'none' ? [] : text.split(',').map(strikeIn);
}

export function formatTimeline(timeline: Timeline): string {
  return timeline.length === 0 ? 'none' : timeline.map(written).join(',');
}

export function written({ fault, at, value, attempt }: Strike): string {
  const number = value === null || value === fault.value?.fallback ? '' : `:${value}`;
  return `${fault.name}${at === null ? '' : `@${at}`}${number}${attempt === null ? '' : `#${attempt}`}`;
}

/**
 * Looks whether every place is one that an answer of so many chunks has.
 *
 * @throws MockLlmError ML_FAULT
 */
export function checkPlaces(timeline: Timeline, chunks: number): void {
  for (const strike of timeline) {
    const { at, fault } = strike;
    if (typeof at !== 'number') continue;
    const last = fault.place === 'frame' ? chunks - 1 : chunks;
    if (at > last) {
      throw refused(
        `"${written(strike)}" strikes past the end: of ${chunks} chunks, the last place is ${last}`,
      );
    }
  }
}

export function refused(what: string): MockLlmError {
  return new MockLlmError('ML_FAULT', { what });
}

function strikeIn(word: string): Strike {
  const match = STRIKE.exec(word);
  if (!match) {
    throw refused(
      `"${word}" is no fault; write name@chunk:number#attempt, such as stall@17:4000, separated by commas`,
    );
  }
  const [, name = '', place, number, attempt] = match;
  const fault = faultNamed(name);
  if (!fault) {
    throw refused(`there is no fault "${name}"; there are ${FAULTS.map((known) => known.name).join(', ')}`);
  }
  return {
    fault,
    at: placeIn(word, fault, place),
    value: valueIn(word, fault, number),
    attempt: attempt === undefined ? null : Number(attempt),
  };
}

function placeIn(word: string, fault: Fault, place: string | undefined): Strike['at'] {
  const takesPlace = fault.place === 'chunk' || fault.place === 'frame';
  if (!takesPlace) {
    if (place === undefined) return null;
    throw refused(`"${word}" takes no place: it strikes ${WHERE[fault.place as keyof typeof WHERE]}`);
  }
  if (place === undefined) throw refused(`"${word}" needs the index of a chunk: ${fault.name}@17`);
  if (place !== 'end') return Number(place);
  if (fault.place === 'chunk') return place;
  throw refused(`"${word}" changes the frame of a chunk, and the end has none`);
}

const WHERE = { headers: 'before the headers', end: 'at the end', call: 'all along' } as const;

function valueIn(word: string, fault: Fault, number: string | undefined): number | null {
  const { value } = fault;
  if (!value) {
    if (number === undefined) return null;
    throw refused(`"${word}" takes no number`);
  }
  if (number === undefined && value.fallback !== undefined) return value.fallback;
  const given = number === undefined ? Number.NaN : Number(number);
  if (given >= value.min && given <= value.max) return given;
  throw refused(
    `"${word}" needs a whole number (${value.what}) from ${value.min} to ${value.max} after a ":"`,
  );
}
