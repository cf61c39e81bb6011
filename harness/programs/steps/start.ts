import { z } from 'zod';
import { INSTANCES, instanceInWords } from '../names.ts';
import { isDatabaseThere } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('start'), instance: z.literal(INSTANCES) });

export const start: StepKind<z.infer<typeof shape>> = {
  about: 'An instance of the server that has ended is started again.',
  shape,
  enact(scene, { instance }) {
    const there = scene.instances[instance];
    if (there?.state !== 'gone' || !isDatabaseThere(scene)) return false;
    there.state = 'serves';
    return true;
  },
  play: ({ stage }, { instance }) => stage.target.restart(instance),
  say: ({ instance }) => `${instanceInWords(instance)} of the server is started again`,
};
