import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_BY_ASKING, heldInMidStream, midStream } from './steps.ts';

export const silentStream = defineScenario<{ at: number }>({
  id: 'silent-stream',
  title: 'A stream that is silent for longer than two polls',
  about:
    'In mid-answer the LLM says nothing for three polling periods, while one tab listens. Whoever asks meanwhile how ' +
    'the answer stands finds the same text again and again: that is no end of it.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING.filter((checker) => checker !== 'coverage'),
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`silent after chunk ${at + 1} for three polling periods`],
  coverage: () => [],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    // However long all this took: its silence begins now, and no target is made to bear more of it than is meant.
    await stage.llm.holdAt(question, at + 1);
    await stage.llm.waitsAt(question, at + 1);
    await stage.pass(3 * stage.pollEvery + 500);
    await stage.probe();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
