import { z } from 'zod';
import type { StepKind } from './step.ts';

const MOST_MS = 366 * 24 * 3_600_000;

const shape = z.strictObject({
  do: z.literal('database-clock'),
  /** How far ahead of the true time it is from then on, ms; negative: behind. */
  ahead: z.int().min(-MOST_MS).max(MOST_MS),
});

export const databaseClock: StepKind<z.infer<typeof shape>> = {
  about: 'The wall clock of the database jumps, or is set right.',
  shape,
  enact(scene, { ahead }) {
    const { abilities, questions } = scene;
    if (!abilities.database || abilities.afterCrash === 'nothing' || questions.size === 0) return false;
    if (scene.database !== 'fine' || scene.databaseClock === ahead) return false;
    scene.databaseClock = ahead;
    return true;
  },
  play: ({ stage }, { ahead }) => stage.database.setClock(ahead),
  say({ ahead }) {
    if (ahead === 0) return 'the clock of the database is set right';
    return `the clock of the database is ${Math.abs(ahead) / 1_000} s ${ahead > 0 ? 'ahead' : 'behind'}`;
  },
};
