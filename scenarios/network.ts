import type { CutStyle } from '../harness/faults/fault.ts';
import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE } from './steps.ts';

const STYLES: readonly CutStyle[] = ['reset', 'fin', 'half-frame', 'black-hole'];
/** How long the network is away: CONTRACT's five seconds. */
const AWAY_MS = 5_000;

export const network = defineScenario<{ at: number; style: CutStyle }>({
  id: 'network',
  title: 'Network interruption',
  about:
    'The network is lost at an exact chunk while the answer streams and comes back after five seconds, while the ' +
    'LLM goes on speaking. What was shown must stay; resuming or polling must bring the rest.',
  drivers: ['api', 'browser'],
  short: true,
  feeds: [...FED_WITHOUT_SILENCE, 'cursor-exact'],
  // It is not over before the network is back: what is finished while the target has not noticed that its reader is gone, even
  // one keeps that loses what it produces then.
  questions: { question: { chunks: [80, 95], gap: 100 } },
  // More than a checkpoint's interval is shown before the cut: less could not tell saving from not saving.
  points: (draw) => ({ at: draw.between(6, 15), style: draw.oneOf(STYLES) }),
  strikes: ({ at, style }) => [`network lost by ${style} after chunk ${at}, back after ${AWAY_MS} ms`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'laptop-network' },
    { goal: 'resumed', send: send('question') },
    { goal: 'advanced-while-away', send: send('question'), actor: 'laptop' },
  ],
  async play(stage, { at, style }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const cut = await laptop.cutAt({ afterText: question.lengthAfter(at) }, style, {
      name: 'laptop-network',
      question,
    });
    await askWatched(stage, tab, session, question);
    await stage.reached(cut.struck, 'the network to be cut');
    await stage.probe();
    await stage.pass(AWAY_MS);
    await laptop.heal();
    await tab.finished(question);
  },
});
