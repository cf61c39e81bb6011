import { now } from '../../../history/index.ts';
import { SILENCE } from '../context.ts';
import { ask } from '../exchange.ts';
import { type Behaviour, somewhere } from './behaviour.ts';

export const stop: Behaviour = {
  id: 'stop',
  title: 'Asks, and stops the answer at a random chunk',
  questions: 1,
  needs: ({ stop: can }) => (can ? null : 'the target cannot stop an answer'),
  async visit(visit) {
    const { context, books } = visit;
    const { target } = context;
    const actor = visit.openTab();
    const session = await visit.createSession(actor);
    const reading = visit.ask(actor, session, visit.questions[0]!);
    visit.struck = await reading.reaches(somewhere(visit));
    const { message } = reading;
    const way = context.way();
    if (!visit.struck || message === undefined || !way || !target.stop || !target.stopped) return;
    const { seed: send } = reading.question.spec;
    const fields = { op: context.name('o'), f: 'stop', actor, session, send } as const;
    const since = now();
    books.record({ type: 'invoke', ...fields });
    try {
      const answer = await ask(way, target.stop({ session, message }), SILENCE);
      const { status: http } = answer;
      if (http < 300) books.record({ type: 'ok', ...fields, http, state: target.stopped(answer) });
      else books.record({ type: 'fail', ...fields, http, ...target.refusal(answer) });
      if (since >= context.measuredFrom) context.latencies.record('stop', now() - since);
    } catch (error) {
      books.record({ type: 'info', ...fields, reason: String(error) });
    }
  },
};
