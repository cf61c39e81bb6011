import type { Behaviour } from './behaviour.ts';

export const poll: Behaviour = {
  id: 'poll',
  title: 'Asks, lets go of the stream once the answer has begun, and polls to the end',
  questions: 1,
  async visit(visit) {
    const tab = visit.openTab();
    const reading = visit.ask(tab, await visit.createSession(tab), visit.questions[0]!);
    visit.struck = await reading.reaches(1, () => reading.poll());
  },
};
