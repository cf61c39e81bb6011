import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE } from './steps.ts';

export const leftBeforeFirst = defineScenario<null>({
  id: 'left-before-first',
  title: 'Away before the first chunk, and back',
  about:
    'A question is asked and another session opened before the LLM has answered anything. The answer must be there ' +
    'all the same when one comes back.',
  drivers: ['api'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [20, 40] } },
  points: () => null,
  strikes: () => ['away while the call is open and unanswered, back when it has ended'],
  coverage: ({ send }) => [
    { goal: 'advanced-while-away', send: send('question'), actor: 'laptop-tab-1' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const tides = await tab.createSession('tides');
    const kelp = await tab.createSession('kelp');
    await askWatched(stage, tab, kelp, question, 'opened');
    await tab.switchTo(tides);
    await stage.llm.release(question);
    await stage.llm.ended(question);
    await tab.switchTo(kelp);
    await tab.finished(question);
  },
});
