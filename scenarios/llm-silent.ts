import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

export const llmSilent = defineScenario<{ at: number }>({
  id: 'llm-silent',
  title: 'The LLM silent for longer than any polling window',
  about:
    'The LLM says nothing for more than three polling periods in the middle of its answer, while one tab streams and ' +
    'another has been reloaded. Text that has stopped growing is not a finished answer.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [30, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`silent after chunk ${at} for three polling periods`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const [tab, reloaded] = [await laptop.openTab(), await laptop.openTab()];
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await reloaded.switchTo(session);
    await reloaded.sees(question, at);
    await reloaded.refresh();
    await stage.pass(3 * stage.pollEvery + 500);
    await stage.probe();
    await stage.llm.release(question);
    await Promise.all([tab.finished(question), reloaded.finished(question)]);
  },
});
