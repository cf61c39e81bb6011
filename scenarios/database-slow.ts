import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 3_000;

export const databaseSlow = defineScenario<{ at: number }>({
  id: 'database-slow',
  title: 'Slow database',
  about:
    'Every write takes 250 ms longer from an exact chunk on. Readers may have to wait, but nobody may see more than ' +
    'a checkpoint has left to save.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`database-slow after chunk ${at}, healed after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-slow' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      () => stage.database.strike('database-slow'),
      () => stage.database.heal(),
    ),
});
