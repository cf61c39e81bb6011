import type { Behaviour } from '../behaviour.ts';
import { sleep } from '../visit.ts';
import type { WholeVisit } from '../whole-visit.ts';

/** How long the network is away, ms. */
const AWAY = [100, 1_000] as const;
/** Between two looks before the cut, ms. */
const AGAIN = 50;

/** Asks, loses the network in the middle of the answer, and resumes from what polls had shown when it is back. */
export const cut: Behaviour<WholeVisit> = {
  id: 'cut',
  questions: 1,
  recovers: true,
  async visit(visit) {
    const actor = visit.tab(1);
    const session = await visit.createSession(actor);
    const view = visit.view(actor, session, visit.questions[0]!);
    const at = visit.somewhere();
    const since = Date.now();
    const asking = visit.ask(view, session, at);
    // Stock k6 has nothing of a stream before its end: what the tab holds at the cut, the status tells it half way there.
    await sleep(at / 2);
    while (Date.now() - since < at && view.text === '') {
      await visit.poll(view, session);
      await sleep(AGAIN);
    }
    if (!(await asking)) {
      await visit.follow(view, session);
      return;
    }
    const fields = { type: 'fault', fault: visit.name('f'), kind: 'client-cut', at: actor } as const;
    const send = view.send;
    visit.record({ ...fields, state: 'struck', live: 1, send });
    // It comes back while the answer goes on: what was missed then has to be caught up with, beside what comes.
    const rest = visit.whenChunk(view.question.spec.chunks) - at;
    await sleep(Math.min(visit.draw.between(...AWAY), rest / 2));
    visit.record({ ...fields, state: 'healed', send });
    const healed = Date.now();
    visit.struck = (await visit.peek(view, session)) !== undefined;
    // The stream brings all that came while it was away; how soon something new is there, polls say beside it.
    await Promise.all([visit.recover(view, session, healed, false), visit.follow(view, session)]);
  },
};
