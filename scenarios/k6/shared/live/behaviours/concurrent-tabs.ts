import type { Behaviour } from '../../behaviour.ts';
import type { View } from '../../view.ts';
import type { LiveVisit } from '../visit.ts';

/** Two tabs ask a question each, and read both answers as they come. */
export const concurrentTabs: Behaviour<LiveVisit> = {
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
    await Promise.all(tabs.map(({ view, session }) => visit.ask(view, session)));
    const spans = tabs.map(({ view }) => spanOf(visit, view));
    // Each had begun before the first of them was told its end.
    visit.struck = Math.max(...spans.map(({ from }) => from)) < Math.min(...spans.map(({ to }) => to));
    await Promise.all(tabs.map(({ view, session }) => visit.follow(view, session)));
  },
};

/** From the first text of a view to the end of it, ms. */
function spanOf({ events }: LiveVisit, { name }: View): { from: number; to: number } {
  const at = (type: 'seen' | 'view.end') => events.find((one) => one.type === type && one.view === name)?.t;
  return { from: at('seen') ?? Number.POSITIVE_INFINITY, to: at('view.end') ?? Number.POSITIVE_INFINITY };
}
