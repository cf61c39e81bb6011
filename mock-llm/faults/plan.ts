/** A timeline laid over one answer: what is done at which step of it. */
import type { Answer } from '../answer.ts';
import type { Script } from '../dialects/dialect.ts';
import type { Act, Cell, Fault } from './fault.ts';
import { checkPlaces, refused, type Strike, type Timeline, written } from './timeline.ts';

export interface SettledStrike {
  fault: Fault;
  /** Index of the chunk; the number of chunks at the end; -1 before the headers. */
  at: number;
  value: number | null;
}

/** As far as the text of an answer decides where faults strike. */
export type Told = Pick<Answer, 'attempt' | 'chunks' | 'text'>;

/**
 * Where the faults of a timeline strike in one attempt, in order.
 *
 * @throws MockLlmError ML_FAULT for a place that the answer does not have
 */
export function settle(timeline: Timeline, told: Told): readonly SettledStrike[] {
  const { attempt, chunks } = told;
  checkPlaces(timeline, chunks);
  const strikes = timeline
    .filter((strike) => strike.attempt === null || strike.attempt === attempt)
    .map((strike) => ({ fault: strike.fault, at: placeOf(strike, told), value: strike.value }));
  refuseConflicts(strikes);
  return strikes.toSorted((a, b) => a.at - b.at);
}

function placeOf(strike: Strike, { chunks, text }: Told): number {
  const { fault, at } = strike;
  if (fault.place === 'headers' || fault.place === 'call') return -1;
  if (at === null || at === 'end') return chunks;
  const settled = fault.settle ? fault.settle(at, chunks, text) : at;
  if (settled === null)
    throw refused(`"${written(strike)}" finds no chunk from there on that it could strike`);
  return settled;
}

function refuseConflicts(strikes: readonly SettledStrike[]): void {
  const taken = new Map<number, string>();
  for (const { fault, at } of strikes) {
    if (fault.place !== 'frame') continue;
    for (const frame of fault.name === 'swap' ? [at, at + 1] : [at]) {
      const other = taken.get(frame);
      if (other) throw refused(`"${other}" and "${fault.name}" both change the frame of chunk ${frame}`);
      taken.set(frame, fault.name);
    }
  }
}

export interface Plan {
  /** The call goes on though its caller went away. */
  readonly ignoresAbort: boolean;
  /** What is done there; null: the step is an ordinary one. */
  actsAt(step: number): readonly Act[] | null;
}

export const NO_FAULTS: Plan = { ignoresAbort: false, actsAt: () => null };

/** @throws MockLlmError ML_FAULT where a fault cannot strike this answer, or not in this form of it */
export function planFaults(
  timeline: Timeline,
  answer: Answer,
  script: Script,
  { stream, background }: { stream: boolean; background: boolean },
): Plan {
  const strikes = settle(timeline, answer);
  if (strikes.length === 0) return NO_FAULTS;
  for (const { fault } of strikes) {
    if (fault.needsStream && !stream && !background) throw refused(`"${fault.name}" needs "stream": true`);
    if (background && (fault.place === 'frame' || fault.place === 'end')) {
      throw refused(
        `"${fault.name}" changes frames, and those of a background answer are the same for all its readers`,
      );
    }
    if (fault.place === 'end' && script.closing().length === 0) {
      throw refused(`"${fault.name}" needs the terminal event, and a recording does not tell which it is`);
    }
    if (fault.name === 'split-pair' && !script.divisible) {
      throw refused('"split-pair" makes two deltas of one, and here deltas are numbered or recorded');
    }
  }
  const steps = Map.groupBy(strikes, ({ at }) => at);
  const swapped = new Set(strikes.flatMap(({ fault, at }) => (fault.name === 'swap' ? [at + 1] : [])));
  // The frame of the second of two swapped chunks went out before the first.
  for (const at of swapped) if (!steps.has(at)) steps.set(at, []);
  return {
    ignoresAbort: strikes.some(({ fault }) => fault.name === 'ignore-abort'),
    actsAt(step) {
      const strikesHere = steps.get(step);
      if (!strikesHere) return null;
      const cell = cellAt(step, answer, script);
      const untouched = cell.rest;
      if (swapped.has(step)) cell.rest = '';
      const acts = strikesHere.flatMap(({ fault, value }): Act[] => [
        { do: 'strike', fault: fault.name },
        ...fault.acts(cell, value),
      ]);
      if (cell.rest === untouched) return [...acts, { do: 'step' }];
      const chunk = cell.counts && step < answer.chunks ? step : null;
      if (cell.rest.length > 0) acts.push({ do: 'write', bytes: cell.rest, chunk });
      if (step === answer.chunks) acts.push({ do: 'finish' });
      return acts;
    },
  };
}

function cellAt(at: number, answer: Answer, script: Script): Cell {
  const frame = (i: number, text = answer.text(i)) => script.chunk(text, i);
  const terminal = () => script.closing().at(-1) ?? '';
  const rest = () => {
    if (at < 0) return '';
    return at === answer.chunks ? script.closing().join('') : frame(at);
  };
  return { at, text: answer.text, frame, terminal, rest: rest(), counts: true };
}
