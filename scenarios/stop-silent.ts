import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

export const stopSilent = defineScenario<{ at: number }>({
  id: 'stop-silent',
  title: 'Stop while the LLM is silent',
  about:
    'An answer is stopped while the LLM says nothing. The call to it closes although nothing comes by it, what was ' +
    'shown is kept, and when the LLM could go on nothing does.',
  drivers: ['api'],
  feeds: [...FED_BY_ASKING, 'cancel-honoured'],
  needs: ({ stop: can }) => (can ? null : 'the target cannot stop a generation'),
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`stop after chunk ${at}, the LLM silent`],
  coverage: ({ send }) => [{ goal: 'mid-stream', f: 'stop', send: send('question') }],
  async play(stage, { at }) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await tab.stop(question);
    await stage.probe();
    await stage.pass(stage.bounds.cancel + 500);
    await stage.llm.release(question);
    await stage.llm.ended(question);
    await stage.probe();
  },
});
