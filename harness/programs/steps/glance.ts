import { z } from 'zod';
import { SESSIONS } from '../names.ts';
import { askedIn, serves } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('glance'), session: z.enum(SESSIONS) });

export const glance: StepKind<z.infer<typeof shape>> = {
  about: 'Somebody who never saw it before reads a session.',
  shape,
  enact(scene, { session }) {
    if (!serves(scene, 0)) return false;
    const asked = askedIn(scene, session).map((name) => scene.questions.get(name)!);
    if (asked.some(({ may, over }) => may === 0 && !over)) scene.feeds.add('early-visibility');
    return asked.length > 0;
  },
  play: (cast, { session }) => cast.stage.glance(cast.session(session)),
  say: ({ session }) => `somebody else looks into ${session}`,
};
