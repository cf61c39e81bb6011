import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, watchHeld } from './steps.ts';

export const stop = defineScenario<{ at: number }>({
  id: 'stop',
  title: 'Stop in one tab while another watches',
  about:
    'An answer is stopped at an exact chunk. The LLM call closes, what was shown is kept, every place says ' +
    'cancelled from then on, and a second stop and one that comes too late change nothing.',
  drivers: ['api', 'browser'],
  feeds: [...FED_BY_ASKING, 'cancel-honoured'],
  needs: ({ stop: can }) => (can ? null : 'the target cannot stop a generation'),
  questions: { stopped: { chunks: [40, 80] }, finished: { chunks: [8, 16] } },
  points: (draw, { stopped }) => ({ at: draw.between(1, stopped! - 5) }),
  strikes: ({ at }) => [`stop after chunk ${at}`],
  coverage: ({ send }) => [{ goal: 'mid-stream', f: 'stop', send: send('stopped') }],
  async play(stage, { at }) {
    const stopped = stage.question('stopped');
    const finished = stage.question('finished');
    const laptop = await stage.device('laptop');
    const [tab, watcher] = [await laptop.openTab(), await laptop.openTab()];
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, stopped, at);
    await watchHeld(stage, tab, stopped, at);
    await watcher.switchTo(session);
    await tab.stop(stopped);
    await stage.llm.ended(stopped);
    await tab.finished(stopped);
    await watcher.finished(stopped);
    await tab.stop(stopped);
    await askWatched(stage, tab, session, finished);
    await tab.finished(finished);
    await tab.stop(finished);
  },
});
