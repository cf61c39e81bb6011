/** The faults that a scenario wishes of the LLM, as far as a plan has to know them. */
import { expected } from '../../mock-llm/faults/expected.ts';
import { settle } from '../../mock-llm/faults/plan.ts';
import { parseTimeline } from '../../mock-llm/faults/timeline.ts';
import { oracle } from '../../mock-llm/oracle.ts';
import type { CoverageGoal, SendSpec } from '../history/events.ts';
import type { Draw } from './draw.ts';
import type { QuestionWish } from './scenario.ts';

export interface LlmFaults {
  /** null: there are none, and the spec is as it was drawn. */
  spec: SendSpec | null;
  /** Each fault must strike, unless the answer was over before. */
  goals: CoverageGoal[];
  /** For people. */
  words: string[];
}

export const NO_FAULTS: LlmFaults = { spec: null, goals: [], words: [] };

/** Attempts that the faults must find their places in: the first, and those that a target may make of its own. */
const ATTEMPTS = 4;
/** Some faults need a chunk of a certain kind, which not every part of an answer has. */
const DRAWS = 1_000;

/** @throws TypeError for a wish that no answer can fulfil */
export function drawFaults(
  wish: NonNullable<QuestionWish['faults']>,
  draw: Draw,
  drawn: SendSpec,
): LlmFaults {
  let refusal = '';
  for (let draws = 0; draws < DRAWS; draws++) {
    const spec = { ...drawn, faults: wish(draw, drawn.chunks) };
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) strikesOf(spec, attempt);
      return { spec, goals: goalsOf(spec), words: [`the LLM: ${spec.faults}`] };
    } catch (error) {
      refusal = `${spec.faults}: ${(error as Error).message}`;
    }
  }
  throw new TypeError(`no place was found for the faults of the LLM that the scenario wishes; ${refusal}`);
}

function strikesOf({ seed, chunks, mode, faults }: SendSpec & { faults: string }, attempt: number) {
  const text = (i: number) => oracle(seed, attempt, i, mode);
  return settle(parseTimeline(faults), { attempt, chunks, text });
}

function goalsOf(spec: SendSpec & { faults: string }): CoverageGoal[] {
  const { brokenBy } = expected({ ...spec, attempt: 0 }, parseTimeline(spec.faults));
  const strikes = strikesOf(spec, 0);
  const last = strikes.findIndex(({ fault, at }) => fault.name === brokenBy?.fault && at === brokenBy.at);
  return (last < 0 ? strikes : strikes.slice(0, last + 1)).map(({ fault }) => ({
    goal: 'llm-fault',
    send: spec.seed,
    fault: fault.name,
  }));
}
