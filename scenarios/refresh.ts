import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_BY_ASKING, heldInMidStream, midStream } from './steps.ts';

export const refresh = defineScenario<{ at: number }>({
  id: 'refresh',
  title: 'Refresh during generation',
  about:
    'A question is asked and the page reloaded while the answer streams. The partial answer must appear again and ' +
    'go on to the end, and what the page had shown must all be there.',
  drivers: ['api', 'browser'],
  short: true,
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`refresh after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    // Longer than the time limit of a checkpoint and what it may be late: what is shown must be saved although no
    // chunk comes.
    if (stage.capabilities.checkpointWithin !== null) {
      await stage.pass(stage.capabilities.checkpointWithin + stage.bounds.delivery + 200);
    }
    await stage.probe();
    await tab.refresh();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
