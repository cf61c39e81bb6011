/** The faults that a scenario wishes of the LLM, as far as a plan has to know them. */
import { expected } from '../../mock-llm/faults/expected.ts';
import { settle } from '../../mock-llm/faults/plan.ts';
import { parseTimeline } from '../../mock-llm/faults/timeline.ts';
import { oracle } from '../../mock-llm/oracle.ts';
import type { CoverageGoal, SendSpec } from '../history/events.ts';
import type { Draw } from './draw.ts';
import type { QuestionWish } from './scenario.ts';

export interface LlmFaults {
  spec: SendSpec;
  /** Each fault must strike, unless the answer was over before. */
  goals: CoverageGoal[];
  /** For people. */
  words: string[];
}

/** Attempts that the faults must find their places in: the first, and those that a target may make of its own. */
const ATTEMPTS = 4;
/** Some faults need a chunk of a certain kind, which not every answer has. */
const DRAWS = 1_000;

/**
 * Draws what the LLM is to say until the faults that are wished for find their places in it.
 *
 * @throws TypeError for a wish that no answer can fulfil
 */
export function drawFaults(wish: QuestionWish['faults'], draw: Draw, drawSpec: () => SendSpec): LlmFaults {
  if (!wish) return { spec: drawSpec(), goals: [], words: [] };
  let refusal = '';
  for (let draws = 0; draws < DRAWS; draws++) {
    const drawn = drawSpec();
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
