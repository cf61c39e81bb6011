import { defineScenario } from '../harness/runs/scenario.ts';

export const canary = defineScenario<null>({
  id: 'canary',
  title: 'The canary, which must fail',
  about:
    'The answer is asked for and then a chunk of it is changed on its way, in the history itself. If this scenario ' +
    'ever passes, no verdict is worth anything.',
  drivers: ['api'],
  mustFail: true,
  feeds: ['no-loss', 'prefix-order'],
  questions: { question: { chunks: [20, 40] } },
  points: () => null,
  strikes: () => ['one chunk is withheld from the reader'],
  coverage: () => [],
  async play(stage) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    await tab.createSession('kelp');
    await tab.send(question);
    await tab.finished(question);
  },
});
