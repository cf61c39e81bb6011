import { z } from 'zod';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('mend') });

export const mend: StepKind<z.infer<typeof shape>> = {
  about: 'The database is as it should be again, and the server has found back to it.',
  shape,
  enact(scene) {
    if (scene.database === 'fine') return false;
    scene.database = 'fine';
    return true;
  },
  async play({ stage }) {
    await stage.database.heal();
    await stage.target.serves();
  },
  say: () => 'the database is as it should be again',
};
