import { z } from 'zod';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('probe') });

export const probe: StepKind<z.infer<typeof shape>> = {
  about: 'The database is looked into.',
  shape,
  enact: ({ questions, database }) => questions.size > 0 && database !== 'shut',
  play: ({ stage }) => stage.probe(),
  say: () => 'the database is looked into',
};
