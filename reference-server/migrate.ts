/** The migrations of the chat schema, applied and taken back. The library's lock makes concurrent calls safe. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { withClient } from './store/client.ts';

const DIRECTORY = fileURLToPath(new URL('../migrations', import.meta.url));
const TABLE = 'ai_chat_migrations';

export interface MigrationState {
  /** Names of the migrations that this call applied or took back, in that order. Empty for `status`. */
  changed: string[];
  /** Those applied now, oldest first. */
  applied: string[];
  /** Those not applied now, in the order in which `up` would apply them. */
  pending: string[];
}

export interface MigrationBounds {
  /** How many migrations; without `count` and `to`, `up` applies all that are pending and `down` takes one back. */
  count?: number;
  /** Number of the migration that is to be the last one applied; 0 for none. Wins over `count`. */
  to?: number;
}

/**
 * Brings the schema up or down, in one transaction, or only looks.
 *
 * @throws ConnectError, or what PostgreSQL answered, where a migration failed: nothing of the call is applied then
 */
export async function migrate(
  databaseUrl: string,
  direction: 'up' | 'down' | 'status',
  bounds: MigrationBounds = {},
): Promise<MigrationState> {
  return withClient(databaseUrl, 'migrate', async (client) => {
    const changed = direction === 'status' ? [] : await run(client, direction, bounds);
    return { changed, ...(await state(client)) };
  });
}

/** Loads migrations in TypeScript too, by a compiler whose cache it makes as soon as it is imported; we have none. */
function library(): Promise<typeof import('node-pg-migrate')> {
  process.env.JITI_FS_CACHE ??= 'false';
  return import('node-pg-migrate');
}

async function run(
  dbClient: pg.Client,
  direction: 'up' | 'down',
  bounds: MigrationBounds,
): Promise<string[]> {
  const { runner } = await library();
  const migrations = await runner({
    dbClient,
    dir: DIRECTORY,
    migrationsTable: TABLE,
    direction,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    logger: SILENT,
    ...selection(direction, bounds),
  });
  return migrations.map(({ name }) => name);
}

/** The library calls a file's number its timestamp, and goes down including the one that is named. */
function selection(direction: 'up' | 'down', { count, to }: MigrationBounds) {
  if (to !== undefined) return { timestamp: true, count: direction === 'up' ? to : to + 1 };
  return count === undefined ? {} : { count };
}

async function state(client: pg.Client): Promise<Pick<MigrationState, 'applied' | 'pending'>> {
  const { rows } = await client.query<{ found: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS found`, [
    TABLE,
  ]);
  const applied = rows[0]!.found
    ? (await client.query<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY name`)).rows.map(
        ({ name }) => name,
      )
    : [];
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith('.sql')).sort();
  const known = files.map((file) => file.slice(0, -'.sql'.length));
  return { applied, pending: known.filter((name) => !applied.includes(name)) };
}

/** What went wrong is thrown; the library's own words go nowhere. */
const SILENT = { info() {}, warn() {}, error() {} };
