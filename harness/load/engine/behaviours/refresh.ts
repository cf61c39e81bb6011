import { type Behaviour, somewhere } from './behaviour.ts';

export const refresh: Behaviour = {
  id: 'refresh',
  title: 'Asks, reloads the page at a random chunk, and goes on',
  questions: 1,
  async visit(visit) {
    const { context, books } = visit;
    const actor = visit.openTab();
    const session = await visit.createSession(actor);
    const reading = visit.ask(actor, session, visit.questions[0]!);
    const fields = { op: context.name('o'), f: 'refresh', actor, session } as const;
    visit.struck = await reading.reaches(somewhere(visit), () => {
      books.record({ type: 'invoke', ...fields });
      reading.leave('refresh');
    });
    if (!visit.struck) return;
    const loaded = await visit.load(actor, session, [reading]);
    books.record({ type: 'ok', ...fields, length: loaded[0]?.length ?? 0 });
  },
};
