import type { Behaviour } from '../behaviour.ts';
import type { Visit } from '../visit.ts';

/** Asks, lets go of the stream once the answer has begun, and polls to the end. */
export const poll: Behaviour<Visit> = {
  id: 'poll',
  questions: 1,
  recovers: false,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const view = visit.view(actor, session, visit.questions[0]!);
    const wasLeft = await visit.ask(view, session, visit.behind(1));
    visit.struck = wasLeft && (await visit.stillComes(view, session));
    await visit.pollToEnd(view, session);
  },
};
