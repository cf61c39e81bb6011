import { defineScenario, type QuestionWish } from '../harness/runs/scenario.ts';
import { askHeldAndReloaded, FED_BY_ASKING } from './steps.ts';

const CHUNKS = [50, 90] as const;
/** Faults strike before it, so that the reload resumes behind them. */
const HELD_AT = 40;
const somewhere = (fault: (at: number) => string): QuestionWish => ({
  chunks: CHUNKS,
  faults: (draw) => fault(draw.between(0, HELD_AT - 6)),
});

const QUESTIONS = {
  repeated: somewhere((at) => `duplicate@${at}`),
  swapped: somewhere((at) => `swap@${at}`),
  halved: somewhere((at) => `half-frame@${at},stall@${at}:200`),
  // Of another attempt the text is another, and may have no such place.
  'cut-in-a-character': somewhere((at) => `split-character@${at}#0`),
  'cut-in-a-pair': somewhere((at) => `split-pair@${at}#0`),
  'ended-twice': { chunks: CHUNKS, faults: () => 'end-twice' },
  'text-after-the-end': { chunks: CHUNKS, faults: () => 'after-end:3' },
};

export const llmGarbles = defineScenario<null>({
  id: 'llm-garbles',
  title: 'The LLM repeats, swaps and cuts up chunks',
  about:
    'Chunks come twice, swapped, in two halves, or cut inside an emoji; the terminal event comes twice, or text after ' +
    'it. What the LLM sent is what everybody has, character by character, and the answer is completed.',
  drivers: ['api'],
  feeds: [...FED_BY_ASKING, 'cursor-exact'],
  questions: QUESTIONS,
  points: () => null,
  strikes: () => [`a reload after chunk ${HELD_AT} of each answer`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('repeated') },
    { goal: 'resumed', send: send('repeated') },
  ],
  async play(stage) {
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    for (const name of Object.keys(QUESTIONS)) {
      await askHeldAndReloaded(stage, tab, session, stage.question(name), HELD_AT);
    }
  },
});
