/**
 * What a faithful reader of the LLM has of one attempt of a send: the oracle, with the timeline of faults of the
 * call applied. Places in it are counted as chunks come in, so that a repeated one has two places:
 *
 *     duplicate@2     place   0 1 2 3 4 5         swap@2     place   0 1 2 3 4
 *                     chunk   0 1 2 2 3 4                    chunk   0 1 3 2 4
 *
 * A pure function of what the LLM was told; no text is stored.
 */
import { expected, type Expected as Told } from '../../mock-llm/faults/expected.ts';
import { parseTimeline } from '../../mock-llm/faults/timeline.ts';
import { oracleOf, TEXT_MODES, type TextMode } from '../../mock-llm/oracle.ts';
import type { SendSpec } from '../history/events.ts';

export class Truth {
  readonly seed: number;
  readonly attempt: number;
  readonly mode: TextMode;
  /** Chunks of the text, repeated ones counted again; infinite for the text of somebody else. */
  readonly chunks: number;
  /** `completed`, or how the call breaks; `never`: only the reader's own patience ends it. */
  readonly ends: Told['ends'];
  /** false: a reset may have cost any part of the tail. */
  readonly exact: boolean;
  /** The fault that breaks it, as the ledger names it; null: none. */
  readonly brokenBy: Told['brokenBy'];
  private readonly runs: Told['runs'];
  /** Below this, place and chunk are the same. */
  readonly straight: number;
  private readonly say: (chunk: number) => string;

  constructor(seed: number, attempt: number, mode: TextMode, told: Omit<Told, 'status'>) {
    this.seed = seed;
    this.attempt = attempt;
    this.mode = mode;
    this.say = oracleOf(seed, attempt, mode);
    this.runs = told.runs;
    this.chunks = told.runs.reduce((sum, { from, to }) => sum + to - from, 0);
    this.ends = told.ends;
    this.exact = told.exact;
    this.brokenBy = told.brokenBy;
    const [first] = told.runs;
    this.straight = first?.from === 0 ? first.to : 0;
  }

  /** The text at a place. */
  chunk(place: number): string {
    return this.say(place < this.straight ? place : this.chunkAt(place));
  }

  /** Which chunk of the oracle stands at a place. */
  chunkAt(place: number): number {
    if (place < this.straight) return place;
    let rest = place;
    for (const { from, to } of this.runs) {
      if (rest < to - from) return from + rest;
      rest -= to - from;
    }
    // Past the end the answer would have gone on.
    return (this.runs.at(-1)?.to ?? 0) + rest;
  }

  /** The places at which a chunk of the oracle stands, in order. */
  placesOf(chunk: number): number[] {
    const places: number[] = [];
    let before = 0;
    for (const { from, to } of this.runs) {
      if (from <= chunk && chunk < to) places.push(before + chunk - from);
      before += to - from;
    }
    return places;
  }

  /** The text from place `from` (inclusive) to `to` (exclusive). */
  text(to: number, from = 0): string {
    let text = '';
    for (let place = from; place < to; place++) text += this.chunk(place);
    return text;
  }

  /** The same text said with the fewest chunks: trailing empty ones add nothing that anybody could see. */
  fewest(chunks: number): number {
    let fewest = Math.min(chunks, this.chunks);
    while (fewest > 0 && this.chunk(fewest - 1) === '') fewest--;
    return fewest;
  }
}

const UNBROKEN = { ends: 'completed', exact: true, brokenBy: null } as const;
const known = new WeakMap<SendSpec, Map<number, Truth>>();

/** @throws MockLlmError ML_FAULT where nobody could read the timeline; see `isReadable` */
export function truthOf(spec: SendSpec, attempt: number): Truth {
  const attempts = known.get(spec) ?? new Map<number, Truth>();
  known.set(spec, attempts);
  const truth = attempts.get(attempt) ?? new Truth(spec.seed, attempt, spec.mode, told(spec, attempt));
  attempts.set(attempt, truth);
  return truth;
}

function told(spec: SendSpec, attempt: number): Omit<Told, 'status'> {
  const { seed, chunks, mode, faults } = spec;
  if (faults === undefined) return { ...UNBROKEN, runs: [{ from: 0, to: chunks }] };
  const timeline = parseTimeline(faults);
  try {
    return expected({ seed, attempt, chunks, mode }, timeline);
  } catch {
    // The mock LLM refuses a call whose faults find no place in its text, and says nothing.
    return { runs: [], ends: 'error', exact: true, brokenBy: null };
  }
}

/** Whether text and timeline are such as this version understands. What nobody can read, nobody can judge. */
export function isReadable({ mode, faults }: SendSpec): boolean {
  if (!TEXT_MODES.includes(mode)) return false;
  if (faults === undefined) return true;
  try {
    parseTimeline(faults);
    return true;
  } catch {
    return false;
  }
}

/** The text of somebody else's attempt, of which it is not known how long it is nor what befell it. */
export function endless(seed: number, attempt: number): Truth {
  return new Truth(seed, attempt, 'marked', {
    ...UNBROKEN,
    runs: [{ from: 0, to: Number.POSITIVE_INFINITY }],
  });
}
