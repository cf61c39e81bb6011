import { defineScenario } from '../harness/runs/scenario.ts';

export const canary = defineScenario<{ at: number }>({
  id: 'canary',
  title: 'The canary, which must fail',
  about:
    'One chunk is taken out of the stream on its way and the reader is told nothing. If this scenario ever passes, ' +
    'no verdict is worth anything.',
  drivers: ['api'],
  mustFail: true,
  feeds: ['no-loss', 'prefix-order', 'coverage'],
  questions: { question: { chunks: [20, 40] } },
  points: (draw, { question }) => ({ at: draw.between(1, question! - 6) }),
  strikes: ({ at }) => [`the first text after chunk ${at} is withheld from the reader`],
  coverage: () => [{ goal: 'fault-struck', fault: 'withheld' }],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    await tab.createSession('kelp');
    const afterText = question.lengthAfter(at);
    await laptop.cutAt({ afterText }, 'withhold', { name: 'withheld', question, once: true });
    await tab.send(question);
    await tab.finished(question);
  },
});
