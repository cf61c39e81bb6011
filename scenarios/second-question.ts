import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_FOR_CERTAIN, midStream, watchHeld } from './steps.ts';

export const secondQuestion = defineScenario<{ at: number }>({
  id: 'second-question',
  title: 'A second question while the first is being answered',
  about:
    'While the LLM is silent in mid-answer, a second tab asks in another session. It gets its own answer, whole, and ' +
    'the first goes on afterwards.',
  drivers: ['api'],
  feeds: FED_FOR_CERTAIN,
  questions: { first: { chunks: [30, 50] }, second: { chunks: [8, 16] } },
  points: (draw, { first }) => ({ at: midStream(draw, first!) }),
  strikes: ({ at }) => [`the first held after chunk ${at} until the second has been answered`],
  coverage: () => [],
  async play(stage, { at }) {
    const first = stage.question('first');
    const second = stage.question('second');
    const laptop = await stage.device('laptop');
    const [one, other] = [await laptop.openTab(), await laptop.openTab()];
    const kelp = await one.createSession('kelp');
    await other.createSession('tides');
    await askWatched(stage, one, kelp, first, at);
    await watchHeld(stage, one, first, at);
    await other.send(second);
    await other.finished(second);
    await stage.llm.release(first);
    await one.finished(first);
  },
});
