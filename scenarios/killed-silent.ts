import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

export const killedSilent = defineScenario<{ at: number }>({
  id: 'killed-silent',
  title: 'Server killed while the LLM is silent',
  about:
    'The LLM is silent for so long that all it has said is saved; then the server is killed by SIGKILL and started ' +
    'again. The answer must end within seconds, and lose nothing.',
  drivers: ['api'],
  alone: true,
  feeds: FED_BY_ASKING,
  needs: ({ afterCrash, checkpointWithin }) =>
    afterCrash === 'nothing' || checkpointWithin === null
      ? 'the target promises nothing after a crash, or of when it saves'
      : null,
  questions: { question: { chunks: [20, 40] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [`SIGKILL of the server after chunk ${at}, when all of it is saved`],
  coverage: ({ send }) => [{ goal: 'mid-stream', f: 'kill', send: send('question') }],
  async play(stage, { at }) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await stage.pass(stage.capabilities.checkpointWithin! + stage.bounds.delivery);
    await stage.target.kill('SIGKILL');
    await stage.target.restart();
  },
});
