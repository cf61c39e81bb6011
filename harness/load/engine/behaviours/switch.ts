import { now } from '../../../history/index.ts';
import { type Behaviour, somewhere } from './behaviour.ts';

export const switchSession: Behaviour = {
  id: 'switch',
  title: 'Asks, goes to another session at a random chunk and asks there, and comes back',
  questions: 2,
  async visit(visit) {
    const { context, books } = visit;
    const [first, second] = visit.questions;
    const actor = visit.openTab();
    const home = await visit.createSession(actor);
    const reading = visit.ask(actor, home, first!);
    visit.struck = await reading.reaches(somewhere(visit), () => reading.rest());
    if (!visit.struck) return;
    const away = await visit.createSession(actor);
    const other = visit.ask(actor, away, second!);
    await other.ended;
    const fields = { op: context.name('o'), f: 'switch', actor, session: home } as const;
    const since = now();
    books.record({ type: 'invoke', ...fields });
    // What is remembered is on the screen at once; it is brought up to date behind it.
    books.record({ type: 'ok', ...fields, length: reading.length });
    const answers = await visit.stored(actor, home);
    reading.resume(answers.find(({ send }) => send === first!.spec.seed));
    if (since >= context.measuredFrom) context.latencies.record('switch', now() - since);
  },
};
