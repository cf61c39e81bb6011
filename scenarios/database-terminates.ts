import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 0;

export const databaseTerminates = defineScenario<{ at: number }>({
  id: 'database-terminates',
  title: 'Connections terminated by the database',
  about:
    'PostgreSQL terminates every connection of the server at an exact chunk, as an operator or a failover does. New ' +
    'ones are accepted: the server must go on by itself, and the answer be completed.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`database-terminate after chunk ${at}`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-terminate' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.database.strike('database-terminate'),
      () => stage.database.heal(),
    ),
});
