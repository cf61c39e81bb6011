import { sleep } from '../visit.ts';
import { type Behaviour, somewhere } from './behaviour.ts';

/** How long the network is away, ms. */
const AWAY = [100, 3_000] as const;

export const cut: Behaviour = {
  id: 'cut',
  title: 'Asks, loses the network at a random chunk, and resumes when it is back',
  questions: 1,
  async visit(visit) {
    const { books, context, draw } = visit;
    const tab = visit.openTab();
    const reading = visit.ask(tab, await visit.createSession(tab), visit.questions[0]!);
    const fields = { type: 'fault', fault: context.name('f'), kind: 'client-cut', at: tab } as const;
    const { seed: send } = reading.question.spec;
    visit.struck = await reading.reaches(somewhere(visit), () => {
      reading.cut();
      context.counts.cut++;
      books.record({ ...fields, state: 'struck', live: 1, send });
    });
    if (!visit.struck) return;
    await sleep(draw.between(...AWAY));
    books.record({ ...fields, state: 'healed', send });
    reading.heal();
  },
};
