import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

export const concurrentTabs = defineScenario<{ left: number; right: number }>({
  id: 'concurrent-tabs',
  title: 'Concurrent tabs',
  about:
    'Two tabs of one device ask a question each while the other is being answered. Both are generated on their ' +
    'own, neither holds text of the other, both complete.',
  drivers: ['api', 'browser'],
  short: true,
  feeds: FED_BY_ASKING,
  questions: { left: { chunks: [30, 60] }, right: { chunks: [30, 60] } },
  points: (draw, chunks) => ({
    left: midStream(draw, chunks.left!, 5),
    right: midStream(draw, chunks.right!, 5),
  }),
  strikes: ({ left, right }) => [`both held, at chunks ${left} and ${right}, then released together`],
  coverage: ({ send }) => [{ goal: 'overlap', sends: [send('left'), send('right')] }],
  async play(stage, at) {
    const left = stage.question('left');
    const right = stage.question('right');
    const laptop = await stage.device('laptop');
    const [leftTab, rightTab] = [await laptop.openTab(), await laptop.openTab()];
    const kelp = await leftTab.createSession('kelp');
    const tides = await rightTab.createSession('tides');
    await askWatched(stage, leftTab, kelp, left, at.left);
    await askWatched(stage, rightTab, tides, right, at.right);
    await watchHeld(stage, leftTab, left, at.left);
    await watchHeld(stage, rightTab, right, at.right);
    await stage.attack(kelp);
    await Promise.all([stage.llm.release(left), stage.llm.release(right)]);
    await Promise.all([leftTab.finished(left), rightTab.finished(right)]);
  },
});
