import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, lookUnanswered, midStream } from './steps.ts';

const HELD_MS = 4_000;

export const bufferingProxy = defineScenario<{ at: number }>({
  id: 'buffering-proxy',
  title: 'Reverse proxy that buffers',
  about:
    'A reverse proxy that was not told to stream keeps every answer back until its end. The client sees nothing for ' +
    'longer than it bears silence, and comes again; in the end it must have the whole answer, once.',
  drivers: ['api'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`everything buffered, the LLM silent after chunk ${at} for ${HELD_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'proxy' }],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    await laptop.befall('buffered', 'proxy');
    await stage.llm.holdAt(question, 'opened');
    // Nobody gets an answer to the question before that is whole, and an LLM that was silent for so long would have failed.
    const asked = tab.send(question);
    await Promise.all([asked, lookUnanswered(stage, session, question, at)]);
    await stage.llm.waitsAt(question, at);
    await stage.pass(HELD_MS);
    await stage.probe();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
