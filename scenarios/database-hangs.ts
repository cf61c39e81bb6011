import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 3_000;

export const databaseHangs = defineScenario<{ at: number }>({
  id: 'database-hangs',
  title: 'Database that does not answer for a while',
  about:
    'Nothing passes between server and database from an exact chunk on, and nothing is closed, as behind a firewall ' +
    'that forgot. What is delivered meanwhile must stay within the interval of a checkpoint.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`the database silent after chunk ${at}, back after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-hold' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      async () => stage.database.hold(),
      () => stage.database.heal(),
    ),
});
