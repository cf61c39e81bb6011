import type { Behaviour } from './behaviour.ts';

export const stay: Behaviour = {
  id: 'stay',
  title: 'Asks, and stays to the end',
  questions: 1,
  async visit(visit) {
    const tab = visit.openTab();
    visit.ask(tab, await visit.createSession(tab), visit.questions[0]!);
  },
};
