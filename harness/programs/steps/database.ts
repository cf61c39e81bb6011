import { z } from 'zod';
import type { DatabaseStage } from '../../runs/scenario.ts';
import { type Scene, unsettle } from '../scene.ts';
import type { StepKind } from './step.ts';

interface Trouble {
  /** How the database stands from then on. */
  leaves: Scene['database'];
  /** It is struck by these faults of the database, or of the way there. */
  strike(database: DatabaseStage, called: string): Promise<void>;
  say: string;
}

const struckBy =
  (id: Parameters<DatabaseStage['strike']>[0]): Trouble['strike'] =>
  (database, called) =>
    database.strike(id, called);

const TROUBLES = {
  terminate: {
    leaves: 'fine',
    strike: struckBy('database-terminate'),
    say: 'terminates every connection',
  },
  cut: {
    leaves: 'fine',
    strike: async (database, called) => database.cut(called),
    say: 'loses every connection by a reset',
  },
  slow: { leaves: 'slow', strike: struckBy('database-slow'), say: 'takes long to write' },
  hold: { leaves: 'away', strike: async (database, called) => database.hold(called), say: 'does not answer' },
  refuse: {
    leaves: 'away',
    async strike(database, called) {
      database.refuse(called);
      database.cut(`${called}-cut`);
    },
    say: 'cannot be reached',
  },
  full: { leaves: 'away', strike: struckBy('database-full'), say: 'has a full disk' },
  conflict: { leaves: 'away', strike: struckBy('database-conflict'), say: 'serialises no transaction' },
  exhausted: { leaves: 'shut', strike: struckBy('database-exhausted'), say: 'gives no connection' },
  kill: { leaves: 'shut', strike: struckBy('database-kill'), say: 'is killed' },
} as const satisfies Record<string, Trouble>;

export const DATABASE_TROUBLES = Object.keys(TROUBLES) as (keyof typeof TROUBLES)[];
/** Those that hit connections, of which there may happen to be none. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set(['cut', 'hold', 'refuse']);

const shape = z.strictObject({ do: z.literal('database'), trouble: z.enum(DATABASE_TROUBLES) });

export const database: StepKind<z.infer<typeof shape>> = {
  about:
    'The database loses its connections, or is slow, silent, unreachable, full, killed … until it is mended.',
  shape,
  enact(scene, { trouble }, n) {
    const { abilities, instances, questions } = scene;
    if (!abilities.database || abilities.afterCrash === 'nothing') return false;
    if (questions.size === 0 || scene.database !== 'fine') return false;
    if (trouble === 'kill' && !abilities.ownDatabase) return false;
    if (instances.some(({ state }) => state === 'frozen')) return false;
    scene.database = TROUBLES[trouble].leaves;
    if (!OF_CONNECTIONS.has(trouble)) scene.goals.push({ goal: 'fault-struck', fault: faultName(n) });
    unsettle(scene);
    return true;
  },
  async play({ stage }, { trouble }, n) {
    const { leaves, strike } = TROUBLES[trouble];
    await strike(stage.database, faultName(n));
    if (leaves !== 'fine') return;
    await stage.database.heal();
    await stage.target.serves();
  },
  say: ({ trouble }) => `the database ${TROUBLES[trouble].say}`,
};

const faultName = (n: number) => `database-${n}`;
