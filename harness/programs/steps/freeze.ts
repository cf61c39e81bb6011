import { z } from 'zod';
import { INSTANCES, instanceInWords } from '../names.ts';
import { breakStreams, unsettle } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('freeze'), instance: z.literal(INSTANCES) });

export const freeze: StepKind<z.infer<typeof shape>> = {
  about: 'An instance of the server stands still by SIGSTOP, with all its connections open.',
  shape,
  enact(scene, { instance }, n) {
    const there = scene.instances[instance];
    // One that stands still in the middle of a write would hold up what befalls writes, and the healing of it.
    if (there?.state !== 'serves' || scene.database !== 'fine') return false;
    there.state = 'frozen';
    scene.goals.push({ goal: 'fault-struck', fault: faultName(n) });
    // Another may take its answers over; nobody else can.
    if (scene.instances.length > 1) unsettle(scene, instance);
    else breakStreams(scene);
    return true;
  },
  play: ({ stage }, { instance }, n) => stage.target.freeze(instance, faultName(n)),
  say: ({ instance }) => `${instanceInWords(instance)} of the server stands still`,
};

const faultName = (n: number) => `freeze-${n}`;
