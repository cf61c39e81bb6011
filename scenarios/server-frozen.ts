import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, whileStruck } from './steps.ts';

const AWAY_MS = 4_000;

export const serverFrozen = defineScenario<{ at: number }>({
  id: 'server-frozen',
  title: 'Server frozen and thawed',
  about:
    'The server stands still by SIGSTOP at an exact chunk, with all its connections open, for longer than its lease ' +
    'lasts, and goes on. Nobody else may have taken the answer from it: it must be completed.',
  drivers: ['api'],
  alone: true,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`SIGSTOP of the server after chunk ${at}, SIGCONT after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'freeze' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.target.freeze(),
      () => stage.target.thaw(),
    ),
});
