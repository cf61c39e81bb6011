import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_BY_ASKING, heldInMidStream, midStream } from './steps.ts';

export const polling = defineScenario<{ at: number }>({
  id: 'polling',
  title: 'Reload of a client that can only poll',
  about:
    'The page is reloaded while the LLM is silent in mid-answer. Until the server says that the answer has ended, ' +
    'text that stops changing is not a finished answer.',
  drivers: ['api'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [30, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`refresh after chunk ${at}, the LLM silent for two polling periods`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  resume: 'poll',
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    await tab.refresh();
    await stage.pass(2 * stage.pollEvery + 500);
    await stage.probe();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
