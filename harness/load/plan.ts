/** What a load run does: all of it follows from these numbers, and each worker works out its own part of it. */
import { formatDirective } from '../../mock-llm/directive.ts';
import { mix, mix32 } from '../../mock-llm/oracle.ts';
import { profileLength } from '../../mock-llm/pace/pace.ts';
import { LENGTHS } from '../../mock-llm/pace/profiles.ts';
import type { Bounds, SendSpec } from '../history/events.ts';
import { createDraw, type Draw, seedOf } from '../runs/draw.ts';
import type { Arrivals } from './arrivals.ts';
import type { Question } from './engine/context.ts';
import type { Mix } from './mix.ts';

/** What the LLM is told to say. */
export interface Answers {
  /** How many chunks, or the name of a length profile of the mock LLM. */
  chunks: number | string;
  /** ms between two chunks and before the first, or the name of a pace profile of the mock LLM. */
  pace: { first: number; gap: number } | string;
  /** How they are written; default: the seed decides for each. */
  text?: SendSpec['mode'];
}

export interface LoadPlan {
  seed: number;
  persistence: string;
  arrivals: Arrivals;
  /** Users at most at once; in a closed loop, always. */
  users: number;
  /** ms in which only recoveries are measured, though all is judged; users of a closed loop come one by one in it. */
  warmup: number;
  /** ms in which users come, the warm-up before it not counted. */
  duration: number;
  mix: Mix;
  answers: Answers;
  bounds: Bounds;
  /** ms */
  pollEvery: number;
}

/** Seeds of two visits are apart by so many: no visit asks for more answers. */
export const ANSWERS_A_VISIT = 2;

/** Seeds are given out in a row, so that whoever sees one knows whose it is. */
export function seedOfAnswer(plan: Pick<LoadPlan, 'seed'>, visit: number, answer: number): number {
  return (mix32(plan.seed) + visit * ANSWERS_A_VISIT + answer) >>> 0;
}

/** Which visit a seed belongs to; it may be one that has not been yet. */
export function visitOfSeed(plan: Pick<LoadPlan, 'seed'>, seed: number): number {
  return Math.floor(((seed - mix32(plan.seed)) >>> 0) / ANSWERS_A_VISIT);
}

/** Which worker lets a visit happen: the users of a closed loop stay with theirs. */
export function workerOf(
  { arrivals, users }: Pick<LoadPlan, 'arrivals' | 'users'>,
  visit: number,
  workers: number,
) {
  return (arrivals.kind === 'closed' ? visit % users : visit) % workers;
}

export function drawOfVisit(plan: Pick<LoadPlan, 'seed'>, visit: number): Draw {
  return createDraw(seedOf(plan.seed, 'visit', visit));
}

const TOPICS = ['What holds kelp to the rock?', 'Why do tides turn?', 'How does a reef grow?'];

export function questionOf(
  plan: Pick<LoadPlan, 'seed' | 'answers'>,
  visit: number,
  answer: number,
): Question {
  const seed = seedOfAnswer(plan, visit, answer);
  const { chunks: length, pace, text } = plan.answers;
  const chunks = typeof length === 'number' ? length : profileLength(length, seed);
  // A quarter of the answers carries no watermark: the marks must hide nothing.
  const mode = text ?? (mix(seed, 1) % 4 === 0 ? 'natural' : 'marked');
  const spec = { seed, chunks, mode } as const;
  const speed = typeof pace === 'string' ? { pace } : pace;
  return {
    spec,
    text: `${TOPICS[seed % TOPICS.length]} ${formatDirective({ ...spec, ...speed })}`,
    key: `hf-${seed.toString(36)}`,
  };
}

/** Names of length profiles, for whoever asks for one. */
export const lengthProfiles: readonly string[] = Object.keys(LENGTHS);
