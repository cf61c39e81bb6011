import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_BY_ASKING, heldInMidStream, midStream } from './steps.ts';

export const reloadedSilent = defineScenario<{ at: number }>({
  id: 'reloaded-silent',
  title: 'Reloaded while the LLM is silent',
  about:
    'The page is reloaded while the LLM says nothing, and is there again before it goes on. The partial answer must ' +
    'be whole at once, not only what comes from then on.',
  drivers: ['api'],
  feeds: FED_BY_ASKING,
  needs: ({ resume }) => (resume === 'poll' ? 'the target has no stream to come back to' : null),
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`refresh after chunk ${at}, the LLM held there until the page listens again`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    await tab.refresh();
    await stage.hears(question);
    await stage.llm.release(question);
    await stage.llm.ended(question);
  },
});
