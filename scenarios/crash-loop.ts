import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_BY_ASKING, heldInMidStream, midStream } from './steps.ts';

const DEATHS = 3;

export const crashLoop = defineScenario<{ at: number }>({
  id: 'crash-loop',
  title: 'Server in a crash loop',
  about:
    'The server is killed by SIGKILL at an exact chunk, and again as soon as it serves, three times in all. The ' +
    'answer must end once it stays up, with at most the chunks since the last checkpoint lost.',
  drivers: ['api'],
  alone: true,
  feeds: FED_BY_ASKING,
  needs: ({ afterCrash }) => (afterCrash === 'nothing' ? 'the target promises nothing after a crash' : null),
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [
    `SIGKILL of the server after chunk ${at}, and ${DEATHS - 1} times when it is ready again`,
  ],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'kill' },
    { goal: 'mid-stream', f: 'kill', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    for (let death = 1; death <= DEATHS; death++) {
      await stage.target.kill('SIGKILL');
      await stage.target.restart();
    }
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
