import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 3_000;

export const databaseExhausted = defineScenario<{ at: number }>({
  id: 'database-exhausted',
  title: 'Database that gives no connection',
  about:
    'The server loses its connections to the database at an exact chunk and gets no others for a while. The answer ' +
    'goes on in memory, and must be saved when connections can be had again.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`database-exhausted after chunk ${at}, healed after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-exhausted' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.database.strike('database-exhausted'),
      () => stage.database.heal(),
    ),
});
