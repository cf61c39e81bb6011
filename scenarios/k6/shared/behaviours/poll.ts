import type { Behaviour } from '../behaviour.ts';
import type { WholeVisit } from '../whole-visit.ts';

/** Asks, lets go of the stream once the answer has begun, and polls to the end. */
export const poll: Behaviour<WholeVisit> = {
  id: 'poll',
  questions: 1,
  recovers: false,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const view = visit.view(actor, session, visit.questions[0]!);
    const wasCut = await visit.ask(view, session, visit.whenChunk(1));
    visit.struck = wasCut && (await visit.poll(view, session));
    await visit.pollToEnd(view, session);
  },
};
