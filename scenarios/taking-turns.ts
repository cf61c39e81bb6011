import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

interface Points {
  left: [number, number];
  right: number;
}

export const takingTurns = defineScenario<Points>({
  id: 'taking-turns',
  title: 'Two answers that take turns',
  about:
    'Two tabs ask in two sessions; while the answer of one is held the other goes on, then the other way round. ' +
    'What is said of one must never be seen in the other.',
  drivers: ['api'],
  feeds: FED_BY_ASKING,
  questions: { left: { chunks: [30, 50] }, right: { chunks: [30, 50] } },
  points(draw, { left, right }) {
    const at = midStream(draw, left!, 16);
    return { left: [at, draw.between(at + 6, left! - 5)], right: midStream(draw, right!, 5) };
  },
  strikes: ({ left, right }) => [
    `the left goes on from chunk ${left[0]} to ${left[1]} while the right is held at ${right}`,
  ],
  coverage: ({ send }) => [{ goal: 'overlap', sends: [send('left'), send('right')] }],
  async play(stage, at) {
    const left = stage.question('left');
    const right = stage.question('right');
    const laptop = await stage.device('laptop');
    const [leftTab, rightTab] = [await laptop.openTab(), await laptop.openTab()];
    const kelp = await leftTab.createSession('kelp');
    const tides = await rightTab.createSession('tides');
    await askWatched(stage, leftTab, kelp, left, at.left[0]);
    await watchHeld(stage, leftTab, left, at.left[0]);
    await askWatched(stage, rightTab, tides, right, at.right);
    await watchHeld(stage, rightTab, right, at.right);
    await stage.llm.holdAt(left, at.left[1]);
    await watchHeld(stage, leftTab, left, at.left[1]);
    await stage.llm.release(right);
    await rightTab.finished(right);
    await stage.llm.release(left);
    await leftTab.finished(left);
  },
});
