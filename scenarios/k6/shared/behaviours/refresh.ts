import type { Behaviour } from '../behaviour.ts';
import type { Visit } from '../visit.ts';

/** Asks, reloads the page in the middle of the answer, and goes on. */
export const refresh: Behaviour<Visit> = {
  id: 'refresh',
  questions: 1,
  recovers: true,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const before = visit.view(actor, session, visit.questions[0]!);
    if (!(await visit.ask(before, session, visit.somewhere()))) {
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
    await visit.goOn(after, session, since);
  },
};
