import { z } from 'zod';
import type { StepKind } from './step.ts';

/** Less than a heartbeat, about a sweep, and longer than a lease of the reference server. */
export const WAITS_MS = [300, 1_500, 4_000] as const;
/** In all of a program: an LLM that is silent for longer than a target bears would have failed. */
const MOST_MS = 5_000;

const shape = z.strictObject({ do: z.literal('wait'), ms: z.int().min(1).max(MOST_MS) });

export const wait: StepKind<z.infer<typeof shape>> = {
  about: 'Time passes while something is going on: an answer, or a fault.',
  shape,
  enact(scene, { ms }) {
    const { questions, instances, database } = scene;
    const isGoingOn =
      [...questions.values()].some(({ over }) => !over) ||
      database !== 'fine' ||
      instances.some(({ state }) => state !== 'serves');
    if (!isGoingOn || scene.passed + ms > MOST_MS) return false;
    scene.passed += ms;
    return true;
  },
  play: ({ stage }, { ms }) => stage.pass(ms),
  say: ({ ms }) => `${ms} ms pass`,
};
