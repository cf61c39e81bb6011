import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_FOR_CERTAIN, midStream, watchHeld } from './steps.ts';

export const intruder = defineScenario<{ at: number }>({
  id: 'intruder',
  title: 'Another user tries to read, resume and stop',
  about:
    'While an answer streams, and when it has ended, another user who knows its ids reads the session and its ' +
    'status, resumes the stream and stops the answer; nonsense cursors are presented. All of it is refused, and the ' +
    'answer goes on as if nothing had happened.',
  drivers: ['api'],
  feeds: FED_FOR_CERTAIN,
  needs: ({ users }) => (users ? null : 'the target does not keep users apart'),
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`attacked after chunk ${at}, and when all is over`],
  coverage: () => [],
  async play(stage, { at }) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await stage.attack(session);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
