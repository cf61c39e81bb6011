import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, watchHeld } from './steps.ts';

const HELD_AT = 8;
/** What a scenario waits for is given up after 15 s. */
const LONGEST_PATIENCE = 12_000;

export const llmStalls = defineScenario<null>({
  id: 'llm-stalls',
  title: 'The LLM falls silent',
  about:
    'One answer stalls for two seconds and goes on; it must be completed. One stalls for ever; it must end in error ' +
    'with all that was said, once the target has lost its patience.',
  drivers: ['api'],
  feeds: FED_BY_ASKING,
  needs({ llmPatience }) {
    if (!llmPatience) return 'the target does not promise to give up on an LLM that falls silent';
    if (llmPatience <= LONGEST_PATIENCE) return null;
    return `the target bears a silent LLM for ${llmPatience} ms, and a scenario waits for less: set its timeout to at most ${LONGEST_PATIENCE} ms`;
  },
  questions: {
    shortly: {
      chunks: [40, 80],
      faults: (draw, chunks) => `stall@${draw.between(HELD_AT, chunks - 3)}:2000`,
    },
    'for-ever': { chunks: [40, 80], faults: (draw, chunks) => `stall@${draw.between(HELD_AT, chunks - 3)}` },
  },
  points: () => null,
  strikes: () => [],
  coverage: ({ send }) => [{ goal: 'overlap', sends: [send('shortly'), send('for-ever')] }],
  async play(stage) {
    const laptop = await stage.device('laptop');
    const questions = [stage.question('shortly'), stage.question('for-ever')];
    const tabs = [await laptop.openTab(), await laptop.openTab()];
    for (const [n, question] of questions.entries()) {
      const session = await tabs[n]!.createSession(`kelp ${n}`);
      await askWatched(stage, tabs[n]!, session, question, HELD_AT);
      await watchHeld(stage, tabs[n]!, question, HELD_AT);
    }
    for (const question of questions) await stage.llm.release(question);
    for (const [n, question] of questions.entries()) await tabs[n]!.finished(question);
  },
});
