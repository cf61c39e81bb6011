import { z } from 'zod';
import { QUESTIONS } from '../names.ts';
import { serves } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('saved'), question: z.enum(QUESTIONS), chunks: z.int().min(1) });

export const saved: StepKind<z.infer<typeof shape>> = {
  about:
    'It is waited until the database holds so many chunks of an answer. Not drawn: at which chunks a target saves is for ' +
    'whoever writes the program to know.',
  shape,
  enact(scene, { question, chunks }) {
    const asked = scene.questions.get(question);
    if (!asked || asked.frail || asked.over || chunks > asked.chunks) return false;
    if (scene.database !== 'fine' || !scene.abilities.database) return false;
    if (scene.abilities.checkpointWithin === null) return false;
    return serves(scene, asked.owner) && (asked.may === 'all' || chunks <= asked.may);
  },
  play: ({ stage }, { question, chunks }) => stage.saved(stage.question(question), chunks),
  say: ({ question, chunks }) => `${chunks} chunks of ${question} are in the database`,
};
