import { z } from 'zod';
import { SESSIONS } from '../names.ts';
import { askedIn, serves } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('attack'), session: z.enum(SESSIONS) });

export const attack: StepKind<z.infer<typeof shape>> = {
  about: 'Another user tries to read, resume and stop in a session; nonsense cursors are tried.',
  shape,
  // Who attacks goes to the first instance.
  enact: (scene, { session }) => serves(scene, 0) && askedIn(scene, session).length > 0,
  play: (cast, { session }) => cast.stage.attack(cast.session(session)),
  say: ({ session }) => `another user tries to read, resume and stop in ${session}`,
};
