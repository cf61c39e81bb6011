import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

export const serverReplaced = defineScenario<{ at: number }>({
  id: 'server-replaced',
  title: 'Server replaced during generation',
  about:
    'The server is asked to end by SIGTERM at an exact chunk, while the LLM is silent, and another takes its place, ' +
    'as a deployment has it. The answer may end in error, but nothing that anybody has seen may be lost.',
  drivers: ['api'],
  alone: true,
  feeds: FED_BY_ASKING,
  needs: ({ afterCrash }) => (afterCrash === 'nothing' ? 'the target promises nothing after a crash' : null),
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [`SIGTERM of the server after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'term' },
    { goal: 'mid-stream', f: 'kill', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await stage.target.kill('SIGTERM');
    await stage.target.restart();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
