import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 3_000;

export const databaseConflict = defineScenario<{ at: number }>({
  id: 'database-conflict',
  title: 'Transactions that cannot be serialised',
  about:
    'Every write fails with a serialization failure (SQLSTATE 40001, raised by a trigger) from an exact chunk on, ' +
    'for a while. However the answer ends, what is kept of it is a beginning of it, and everybody agrees.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`database-conflict after chunk ${at}, healed after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-conflict' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.database.strike('database-conflict'),
      () => stage.database.heal(),
    ),
});
