import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_FOR_CERTAIN } from './steps.ts';

/** The checkpoint's interval of most: the first checkpoint comes here, and the end before a second. */
const FIRST_CHECKPOINT = 5;

export const fewChunks = defineScenario<null>({
  id: 'few-chunks',
  title: 'An answer that ends between two checkpoints',
  about:
    'An answer goes on for a few chunks after its first checkpoint, and ends. What came after the checkpoint must be ' +
    'saved too, and must be by the time that the end is told.',
  drivers: ['api'],
  feeds: FED_FOR_CERTAIN.filter((checker) => checker !== 'timely-delivery'),
  questions: { question: { chunks: [FIRST_CHECKPOINT + 2, FIRST_CHECKPOINT + 4] } },
  points: () => null,
  strikes: () => [`held at the first checkpoint, after chunk ${FIRST_CHECKPOINT}`],
  coverage: () => [],
  async play(stage) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, FIRST_CHECKPOINT);
    await stage.llm.waitsAt(question, FIRST_CHECKPOINT);
    await stage.llm.release(question);
    await tab.finished(question);
    await stage.probe();
  },
});
