import { type Behaviour, somewhere } from './behaviour.ts';

export const secondTab: Behaviour = {
  id: 'second-tab',
  title: 'Asks, and opens the same session in a second tab at a random chunk',
  questions: 1,
  async visit(visit) {
    const tab = visit.openTab();
    const session = await visit.createSession(tab);
    const reading = visit.ask(tab, session, visit.questions[0]!);
    visit.struck = await reading.reaches(somewhere(visit));
    if (visit.struck) await visit.load(visit.openTab(), session);
  },
};
