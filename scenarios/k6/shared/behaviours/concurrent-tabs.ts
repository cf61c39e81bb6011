import type { Behaviour } from '../behaviour.ts';
import { sleep } from '../visit.ts';
import type { WholeVisit } from '../whole-visit.ts';

/** Two tabs ask a question each while the other is being answered; both see theirs to the end. */
export const concurrentTabs: Behaviour<WholeVisit> = {
  id: 'concurrent-tabs',
  questions: 2,
  recovers: false,
  async visit(visit) {
    const tabs = [];
    for (const [n, question] of visit.questions.entries()) {
      const actor = visit.tab(n + 1);
      const session = await visit.createSession(actor);
      tabs.push({ session, view: visit.view(actor, session, question) });
    }
    const asking = tabs.map(({ view, session }) => visit.ask(view, session));
    await sleep(visit.somewhere());
    // Of streams that go on k6 sees nothing; that both go on at once, the status says.
    const going = await Promise.all(tabs.map(({ view, session }) => visit.poll(view, session)));
    visit.struck = going.every((one) => one);
    await Promise.all(asking);
    await Promise.all(tabs.map(({ view, session }) => visit.follow(view, session)));
  },
};
