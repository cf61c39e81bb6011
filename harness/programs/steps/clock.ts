import { z } from 'zod';
import { INSTANCES, instanceInWords } from '../names.ts';
import type { StepKind } from './step.ts';

/** An hour, as of a machine that was set wrong, and some seconds, as a time server corrects; 0 sets it right. */
export const JUMPS_MS = [3_600_000, -3_600_000, 7_000, -7_000, 0] as const;

const MOST_MS = 366 * 24 * 3_600_000;

const shape = z.strictObject({
  do: z.literal('clock'),
  instance: z.literal(INSTANCES),
  /** How far ahead of the true time it is from then on, ms; negative: behind. */
  ahead: z.int().min(-MOST_MS).max(MOST_MS),
});

export const clock: StepKind<z.infer<typeof shape>> = {
  about: 'The wall clock of an instance of the server jumps, or is set right.',
  shape,
  enact(scene, { instance, ahead }) {
    const there = scene.instances[instance];
    if (!scene.abilities.clock || there?.state !== 'serves' || there.clock === ahead) return false;
    there.clock = ahead;
    return true;
  },
  play: ({ stage }, { instance, ahead }) => stage.target.setClock(ahead, instance),
  say({ instance, ahead }) {
    const whose = `the clock of ${instanceInWords(instance)}`;
    if (ahead === 0) return `${whose} is set right`;
    return `${whose} is ${Math.abs(ahead) / 1_000} s ${ahead > 0 ? 'ahead' : 'behind'}`;
  },
};
