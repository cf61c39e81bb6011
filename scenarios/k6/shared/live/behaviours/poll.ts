import type { Behaviour } from '../../behaviour.ts';
import type { LiveVisit } from '../visit.ts';

/** Asks, lets go of the stream at the first chunk, and polls to the end. */
export const poll: Behaviour<LiveVisit> = {
  id: 'poll',
  questions: 1,
  recovers: false,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const view = visit.view(actor, session, visit.questions[0]!);
    await visit.ask(view, session, 1);
    await visit.pollToEnd(view, session);
  },
};
