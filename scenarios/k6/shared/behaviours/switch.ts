import type { Behaviour } from '../behaviour.ts';
import { metrics } from '../metrics.ts';
import type { Visit } from '../visit.ts';

/** Asks, goes to another session in the middle of the answer and asks there, and comes back. */
export const switchSession: Behaviour<Visit> = {
  id: 'switch',
  questions: 2,
  recovers: false,
  async visit(visit) {
    const [first, second] = visit.questions;
    const actor = visit.tab(1);
    const home = await visit.createSession(actor);
    const view = visit.view(actor, home, first!);
    if (!(await visit.ask(view, home, visit.somewhere()))) {
      await visit.follow(view, home);
      return;
    }
    visit.struck = await visit.stillComes(view, home);
    const away = await visit.createSession(actor);
    const other = visit.view(actor, away, second!);
    await visit.ask(other, away);
    await visit.follow(other, away);
    const fields = { op: visit.name('o'), f: 'switch', actor, session: home.id } as const;
    const since = Date.now();
    visit.record({ type: 'invoke', ...fields });
    visit.record({ type: 'ok', ...fields, length: view.text.length });
    await visit.look(view, home);
    metrics.switching.add(Date.now() - since, visit.tags);
    await visit.follow(view, home);
  },
};
