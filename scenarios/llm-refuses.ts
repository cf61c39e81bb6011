import { defineScenario, type QuestionWish } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE } from './steps.ts';

const QUESTIONS: Record<string, QuestionWish> = {
  'too-many-requests': { chunks: [10, 20], faults: () => '429' },
  'internal-error': { chunks: [10, 20], faults: () => '500' },
  'hung-up': { chunks: [10, 20], faults: () => 'refuse' },
  'refused-once': { chunks: [10, 20], faults: () => '503#0' },
  answered: { chunks: [10, 20] },
};

export const llmRefuses = defineScenario<null>({
  id: 'llm-refuses',
  title: 'The LLM refuses before the first chunk',
  about:
    'The LLM answers 429 or 500, hangs up without an answer, or refuses the first call only. Whoever asks it again ' +
    'gets the answer by that call, and who does not ends in error; nobody waits for ever, and the session goes on.',
  drivers: ['api'],
  // Nothing was seen, so nothing can have been seen and not saved.
  feeds: FED_WITHOUT_SILENCE.filter((checker) => checker !== 'bounded-exposure'),
  questions: QUESTIONS,
  points: () => null,
  strikes: () => [],
  coverage: () => [],
  async play(stage) {
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    for (const name of Object.keys(QUESTIONS)) {
      const question = stage.question(name);
      await askWatched(stage, tab, session, question);
      await tab.finished(question);
    }
  },
});
