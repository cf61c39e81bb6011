import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 3_000;

export const databaseFull = defineScenario<{ at: number }>({
  id: 'database-full',
  title: 'Disk of the database full for a while',
  about:
    'Every write fails as on a full disk (SQLSTATE 53100, raised by a trigger) from an exact chunk on, for a while. ' +
    'What was saved stays readable, and what was said meanwhile is saved when there is room again.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`database-full after chunk ${at}, healed after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-full' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.database.strike('database-full'),
      () => stage.database.heal(),
    ),
});
