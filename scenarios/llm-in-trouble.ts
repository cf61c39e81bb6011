import { defineScenario, type QuestionWish } from '../harness/runs/scenario.ts';
import { askWatched, FED_FOR_CERTAIN } from './steps.ts';

const wish = (fault: (at: number) => string): QuestionWish => ({
  chunks: [40, 60],
  faults: (draw, chunks) => fault(draw.between(8, chunks - 25)),
});

const QUESTIONS = {
  'error-event': wish((at) => `error@${at}`),
  'clean-end': wish((at) => `clean-end@${at}`),
  // Of another attempt the text is another, and may have no such place.
  'cut-in-a-character': wish((at) => `split-character@${at}#0`),
};

export const llmInTrouble = defineScenario<null>({
  id: 'llm-in-trouble',
  title: 'The LLM reports an error, ends early, cuts a character in two',
  about:
    'Three questions, each of which the LLM answers badly in its own way. The first two end in error with what was ' +
    'said before, the third is completed, character by character; and all of it without anybody coming back.',
  drivers: ['api'],
  feeds: FED_FOR_CERTAIN.filter((checker) => checker !== 'timely-delivery'),
  questions: QUESTIONS,
  points: () => null,
  strikes: () => [],
  coverage: () => [],
  async play(stage) {
    const tab = await (await stage.device('laptop')).openTab();
    for (const name of Object.keys(QUESTIONS)) {
      const question = stage.question(name);
      const session = await tab.createSession(name);
      await askWatched(stage, tab, session, question);
      await stage.llm.ended(question);
    }
  },
});
