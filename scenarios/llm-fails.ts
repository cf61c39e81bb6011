import { defineScenario, type QuestionWish } from '../harness/runs/scenario.ts';
import { askHeldAndReloaded, FED_BY_ASKING } from './steps.ts';

/** Long enough for a hold before the fault, and for text that never comes after it. */
const CHUNKS = [40, 80] as const;
const HELD_AT = 8;
/** After it: what is held is then a part of the answer, and not all that there will ever be. */
const somewhere = (fault: (at: number) => string): QuestionWish => ({
  chunks: CHUNKS,
  faults: (draw, chunks) => fault(draw.between(HELD_AT + 2, chunks - 3)),
});

const QUESTIONS = {
  'error-event': somewhere((at) => `error@${at}`),
  reset: somewhere((at) => `reset@${at}`),
  'broken-off': somewhere((at) => `fin@${at}`),
  'clean-end': somewhere((at) => `clean-end@${at}`),
  'no-terminal-event': { chunks: CHUNKS, faults: () => 'clean-end@end' },
  'half-event': somewhere((at) => `half-frame@${at},clean-end@${at}`),
  'broken-json': somewhere((at) => `malformed@${at}`),
};

export const llmFails = defineScenario<null>({
  id: 'llm-fails',
  title: 'The LLM fails in mid-answer',
  about:
    'The LLM reports an error, resets the connection, breaks off, ends without a terminal event, or sends half an ' +
    'event or broken JSON. The answer ends in error with all that was said before, and the session goes on.',
  drivers: ['api'],
  feeds: [...FED_BY_ASKING],
  questions: QUESTIONS,
  points: () => null,
  strikes: () => [`a reload after chunk ${HELD_AT} of each answer`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('error-event') },
    { goal: 'resumed', send: send('error-event') },
  ],
  async play(stage) {
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    for (const name of Object.keys(QUESTIONS)) {
      await askHeldAndReloaded(stage, tab, session, stage.question(name), HELD_AT);
    }
  },
});
