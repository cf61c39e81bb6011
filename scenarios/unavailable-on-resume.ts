import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE, midStream } from './steps.ts';

const AWAY_MS = 2_000;

export const unavailableOnResume = defineScenario<{ at: number }>({
  id: 'unavailable-on-resume',
  title: '503 to whoever resumes',
  about:
    'The connection breaks at an exact chunk, and whoever takes the answer up again is told 503 for a while, as by a ' +
    'load balancer without a healthy server. That is no end of the answer: the client must go on trying.',
  drivers: ['api'],
  feeds: [...FED_WITHOUT_SILENCE, 'cursor-exact'],
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`a break after chunk ${at}, then 503 for ${AWAY_MS} ms`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'refusal' },
    { goal: 'fault-struck', fault: 'cut' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const cut = await laptop.cutAt({ afterText: question.lengthAfter(at) }, 'fin', {
      name: 'cut',
      question,
      once: true,
    });
    const refused = cut.struck.then(() => laptop.befall('unavailable', 'refusal'));
    await askWatched(stage, tab, session, question, at);
    await stage.reached(refused, 'the connection to break');
    await stage.probe();
    await stage.llm.release(question);
    await stage.pass(AWAY_MS);
    await laptop.heal();
    await tab.finished(question);
  },
});
