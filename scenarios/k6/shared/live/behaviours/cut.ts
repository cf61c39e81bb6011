import type { Behaviour } from '../../behaviour.ts';
import { sleep } from '../../visit.ts';
import type { LiveVisit } from '../visit.ts';

/** How long the network is away, ms. */
const AWAY = [100, 1_000] as const;

/** Asks, loses the network at a chunk, and resumes from there when it is back. */
export const cut: Behaviour<LiveVisit> = {
  id: 'cut',
  questions: 1,
  recovers: true,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const view = visit.view(actor, session, visit.questions[0]!);
    if (!(await visit.ask(view, session, visit.somewhere()))) {
      await visit.follow(view, session);
      return;
    }
    const { send } = view;
    const fields = { type: 'fault', fault: visit.name('f'), kind: 'client-cut', at: actor } as const;
    visit.record({ ...fields, state: 'struck', live: visit.struck ? 1 : 0, send });
    await sleep(visit.draw.between(...AWAY));
    visit.record({ ...fields, state: 'healed', send });
    await visit.follow(view, session, Date.now());
  },
};
