import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

export const serverKilled = defineScenario<{ at: number }>({
  id: 'server-killed',
  title: 'Server killed during generation',
  about:
    'The server is killed by SIGKILL at an exact chunk and started again. The answer must end within seconds, with ' +
    'at most the chunks since the last checkpoint lost, and readers must be told that it became shorter.',
  drivers: ['api', 'browser'],
  alone: true,
  feeds: FED_BY_ASKING,
  needs: ({ afterCrash }) => (afterCrash === 'nothing' ? 'the target promises nothing after a crash' : null),
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [`SIGKILL of the server after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'kill', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await stage.target.kill('SIGKILL');
    await stage.target.restart();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
