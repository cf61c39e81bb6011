import { defineScenario } from '../harness/runs/scenario.ts';
import { FED_WITHOUT_SILENCE, midStream, ON_A_DATABASE, whileStruck } from './steps.ts';

const AWAY_MS = 3_000;

export const databaseUnreachable = defineScenario<{ at: number }>({
  id: 'database-unreachable',
  title: 'Database unreachable for a while',
  about:
    'Every connection to the database is reset at an exact chunk and new ones are refused, while the LLM speaks on. ' +
    'When the database is back, nothing that was said may be missing.',
  drivers: ['api'],
  alone: true,
  needs: ON_A_DATABASE,
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`the database unreachable after chunk ${at}, back after ${AWAY_MS} ms`],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-refuse' }],
  play: (stage, { at }) =>
    whileStruck(
      stage,
      { at, away: AWAY_MS },
      async () => {
        stage.database.refuse();
        stage.database.cut();
      },
      () => stage.database.heal(),
    ),
});
