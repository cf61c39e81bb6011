/** What is wrong with a text, found once and judged by whichever invariant it concerns. */
import type { Stamp } from '../history/events.ts';
import type { EvidenceRef } from './checker.ts';
import { type Position, type Range, showPosition, showRange } from './position.ts';
import type { Truth } from './truth.ts';

export type AnomalyKind =
  /** Expected text that is not there where its time has come. It may still come `late`. */
  | 'gap'
  /** Text that was missing comes after what should have followed it. */
  | 'late'
  /** Expected text for a second time. */
  | 'doubled'
  /** Marked text of another send. */
  | 'foreign'
  /** Text of another attempt of the same send. */
  | 'other-attempt'
  /** Text that nobody sent, in place of `from` to `to` (which are equal where nothing was replaced). */
  | 'garbled'
  /** Text `from` … `to` that was there is gone, and no reset was declared. */
  | 'shrunk'
  /** Text that came after the end was announced. */
  | 'after-end';

export interface Anomaly extends Range {
  kind: AnomalyKind;
  /** UTF-16 units of the text concerned, as far as they are counted. */
  units: number;
  /** Whose text it is: `foreign` and `other-attempt`. */
  owner?: { seed: number; attempt: number };
  /** The beginning of the text, where it is not expected text. */
  sample?: string;
  evidence: EvidenceRef;
}

/** Where a piece of text comes from: the event that brought it. */
export type Origin = Pick<Stamp, 'source' | 'seq'>;

export function refOf(origin: Origin): EvidenceRef {
  return `${origin.source}#${origin.seq}`;
}

/** For people: what is there, in words. */
export function showAnomaly(anomaly: Anomaly): string {
  const { kind, owner, units } = anomaly;
  const quoted = anomaly.sample ? ` (${JSON.stringify(anomaly.sample.slice(0, 40))})` : '';
  switch (kind) {
    case 'gap':
      return `${showRange(anomaly)} missing where it was due`;
    case 'late':
      return `${showRange(anomaly)} after the text that follows it`;
    case 'doubled':
      return `${showRange(anomaly)} twice`;
    case 'foreign':
      return `${units} units of the send ${owner?.seed} at ${showPosition(anomaly.from)}${quoted}`;
    case 'other-attempt':
      return `${units} units of attempt ${owner?.attempt} at ${showPosition(anomaly.from)}${quoted}`;
    case 'garbled':
      return anomaly.to > anomaly.from
        ? `other text in place of ${showRange(anomaly)}${quoted}`
        : `${units} units that nobody sent at ${showPosition(anomaly.from)}${quoted}`;
    case 'shrunk':
      return `${showRange(anomaly)} disappeared with no reset declared`;
    case 'after-end':
      return `${units} units at ${showPosition(anomaly.from)} after the end was announced${quoted}`;
  }
}

/** One text as it stands, compared with the truth. */
export interface Reading {
  /** Of the attempt that the text is of. */
  truth: Truth;
  attempt: number;
  /** Up to here the expected text was reached; settled on the next unit that is not. */
  reached: Position;
  /** Length of the text itself, wrong text included. */
  length: number;
  /** Expected text before `reached` that is not in it. */
  missing: Range[];
  /** All that is wrong with the text as it stands. */
  anomalies: readonly Anomaly[];
  /** It is a prefix of expected: the same as no anomalies. */
  prefix: boolean;
  /** Nothing of what a faithful reader of the LLM has is missing. */
  complete: boolean;
}

/** Texts with equal readings agree: they lack, repeat and mix in the same. */
export function sameText(a: Reading, b: Reading): boolean {
  return fingerprint(a) === fingerprint(b);
}

function fingerprint(reading: Reading): string {
  const wrong = reading.anomalies.map((a) => `${a.kind}:${a.from}-${a.to}:${a.sample ?? ''}`);
  // Before the first text nothing tells the attempt.
  const attempt = reading.length === 0 ? '' : reading.attempt;
  return [attempt, reading.reached, reading.length, ...wrong].join(' ');
}
