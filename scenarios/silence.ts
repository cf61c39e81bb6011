import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_FOR_CERTAIN, midStream } from './steps.ts';

/** Longer than a lease, and than the time in which anything may be swept. */
const SILENT_MS = 8_000;

export const silence = defineScenario<{ at: number }>({
  id: 'silence',
  title: 'The LLM falls silent for a while',
  about:
    'In mid-answer the LLM says nothing for eight seconds, then goes on. What it had said must be shown and saved in ' +
    'time, and an answer that is slow is not taken for one that died.',
  drivers: ['api'],
  feeds: FED_FOR_CERTAIN,
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`silent after chunk ${at} for ${SILENT_MS} ms`],
  coverage: () => [],
  async play(stage, { at }) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await stage.llm.waitsAt(question, at);
    await stage.pass(SILENT_MS);
    await stage.probe();
    await stage.glance(session);
    await stage.llm.release(question);
    await stage.llm.ended(question);
  },
});
