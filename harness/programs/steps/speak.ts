import { z } from 'zod';
import { QUESTIONS } from '../names.ts';
import { letGo, type QuestionScene } from '../scene.ts';
import { most } from './ask.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({
  do: z.literal('speak'),
  question: z.enum(QUESTIONS),
  /** Chunks of the answer that the LLM may say in all. */
  upTo: z.union([z.int().min(1).max(500), z.literal('all')]),
});

export const speak: StepKind<z.infer<typeof shape>> = {
  about: 'The LLM speaks on, up to a chunk or to its end.',
  shape,
  enact(scene, { question, upTo }) {
    const asked = scene.questions.get(question);
    if (!asked || asked.over || asked.may === 'all' || !isMore(upTo, asked.may)) return false;
    asked.may = most(upTo, asked.chunks);
    if (asked.may === 'all') letGo(scene, question);
    return true;
  },
  async play(cast, { question }) {
    const at = cast.scene.questions.get(question)!.may;
    await cast.letSpeak(question, at);
    await cast.spoken(question, at);
  },
  say: ({ question, upTo }) =>
    upTo === 'all' ? `the LLM says the rest of ${question}` : `the LLM says ${question} up to chunk ${upTo}`,
};

function isMore(upTo: number | 'all', may: QuestionScene['may']): boolean {
  return upTo === 'all' || (may !== 'all' && upTo > may);
}
