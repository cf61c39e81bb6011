import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 500;

export const databaseKilled = defineScenario<{ at: number }>({
  id: 'database-killed',
  title: 'Database killed during generation',
  about:
    'PostgreSQL is killed by SIGKILL at an exact chunk and started again. What it had acknowledged must be there, ' +
    'and the server must find back to it by itself.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`database-kill after chunk ${at}, healed after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-kill' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.database.strike('database-kill'),
      () => stage.database.heal(),
    ),
});
