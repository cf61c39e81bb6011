import type { Behaviour } from '../behaviour.ts';
import type { WholeVisit } from '../whole-visit.ts';

/** Asks, reloads the page in the middle of the answer, and goes on. */
export const refresh: Behaviour<WholeVisit> = {
  id: 'refresh',
  questions: 1,
  recovers: true,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const before = visit.view(actor, session, visit.questions[0]!);
    const wasCut = await visit.ask(before, session, visit.somewhere());
    if (!wasCut) {
      await visit.follow(before, session);
      return;
    }
    const fields = { op: visit.name('o'), f: 'refresh', actor, session: session.id } as const;
    visit.record({ type: 'invoke', ...fields });
    before.leave();
    const since = Date.now();
    const [after] = await visit.reload(actor, session, [before]);
    visit.record({ type: 'ok', ...fields, length: after?.text.length ?? 0 });
    if (!after) return;
    visit.struck = after.state === undefined;
    await visit.recover(after, session, since, true);
    await visit.follow(after, session);
  },
};
