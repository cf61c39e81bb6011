import { z } from 'zod';
import { INSTANCES, instanceInWords } from '../names.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('thaw'), instance: z.literal(INSTANCES) });

export const thaw: StepKind<z.infer<typeof shape>> = {
  about: 'An instance of the server that stood still goes on.',
  shape,
  enact(scene, { instance }) {
    const there = scene.instances[instance];
    if (there?.state !== 'frozen') return false;
    there.state = 'serves';
    return true;
  },
  play: ({ stage }, { instance }) => stage.target.thaw(instance),
  say: ({ instance }) => `${instanceInWords(instance)} of the server goes on`,
};
