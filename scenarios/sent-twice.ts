import type { CutStyle } from '../harness/faults/fault.ts';
import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE } from './steps.ts';

const STYLES: readonly CutStyle[] = ['reset', 'fin', 'clean-end'];

export const sentTwice = defineScenario<{ style: CutStyle }>({
  id: 'sent-twice',
  title: 'A question that is sent twice',
  about:
    'The connection is cut as soon as the question was taken on, before anybody could learn of it, so it is sent ' +
    'again with the same key. It must be answered once.',
  drivers: ['api'],
  feeds: FED_WITHOUT_SILENCE.filter((checker) => checker !== 'early-visibility'),
  needs: ({ idempotentSend }) => (idempotentSend ? null : 'the target does not know a repeated send for one'),
  questions: { question: { chunks: [20, 40] } },
  points: (draw) => ({ style: draw.oneOf(STYLES) }),
  strikes: ({ style }) => [`cut by ${style} before the first event of the first send`],
  coverage: () => [{ goal: 'fault-struck', fault: 'first-send', heals: false }],
  async play(stage, { style }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    await tab.createSession('kelp');
    await laptop.cutAt({ afterText: 0 }, style, { name: 'first-send', once: true, question });
    await tab.send(question);
    await tab.finished(question);
  },
});
