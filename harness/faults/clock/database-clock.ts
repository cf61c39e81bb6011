/**
 * The wall clock of a PostgreSQL database that can be moved, without a library in its process: `now()` and its like are
 * shadowed by functions of the same names in a schema that `search_path` puts first. What is not shadowed tells the true
 * time: `CURRENT_TIMESTAMP` and the like, defaults of columns that were there before, and everything to a client that sets
 * a `search_path` of its own.
 */
import pg from 'pg';
import { onDatabase } from '../database/client.ts';
import { terminateAll } from '../database/terminate.ts';

export interface DatabaseClock {
  /** @param ahead ms, negative: behind; whole milliseconds */
  set(ahead: number): Promise<void>;
  /**
   * Whether anybody but the harness has read it since it was set last. PostgreSQL tells of that up to some seconds late.
   */
  wasRead(): Promise<boolean>;
  /** Sets it right for good. Connections break. */
  close(): Promise<void>;
}

const SCHEMA = 'holdfast_clock';
/** As PostgreSQL declares them. */
const CLOCKS = {
  now: 'STABLE',
  transaction_timestamp: 'STABLE',
  statement_timestamp: 'STABLE',
  clock_timestamp: 'VOLATILE',
};

/**
 * Takes the lead. Connections break, since only those that are made afterwards are led.
 *
 * @param url of the database, as a user who may do anything in it
 */
export async function leadDatabaseClock(url: string): Promise<DatabaseClock> {
  let path = '';
  let readsBefore = 0;
  const clock: DatabaseClock = {
    set: (ahead) =>
      onDatabase(url, async (client) => {
        await client.query(`UPDATE ${SCHEMA}.ahead SET by = $1 * interval '1 ms'`, [ahead]);
        // What this read itself is counted before, and not taken for somebody else's.
        await client.query('SELECT pg_stat_force_next_flush()');
        readsBefore = await reads(client);
      }),
    wasRead: () => onDatabase(url, async (client) => (await reads(client)) > readsBefore),
    // The path is as it was, though a database that had none of its own has one now.
    close: () =>
      onDatabase(url, async (client) => {
        await client.query(
          `BEGIN;
           ALTER DATABASE ${nameOf(client)} SET search_path = ${path};
           DROP SCHEMA ${SCHEMA} CASCADE;
           COMMIT`,
        );
        await terminateAll(client, client.database!);
      }),
  };
  await onDatabase(url, async (client) => {
    const { rows } = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`);
    path = rows[0]!.path;
    const clocks = Object.entries(CLOCKS).map(
      ([name, volatility]) =>
        `CREATE FUNCTION ${SCHEMA}.${name}() RETURNS timestamptz LANGUAGE sql ${volatility}
           RETURN pg_catalog.${name}() + (SELECT by FROM ${SCHEMA}.ahead)`,
    );
    await client.query(
      `BEGIN;
       CREATE SCHEMA ${SCHEMA};
       CREATE TABLE ${SCHEMA}.ahead (by interval NOT NULL);
       INSERT INTO ${SCHEMA}.ahead VALUES ('0');
       GRANT USAGE ON SCHEMA ${SCHEMA} TO PUBLIC;
       GRANT SELECT ON ${SCHEMA}.ahead TO PUBLIC;
       ${clocks.join(';\n')};
       ALTER DATABASE ${nameOf(client)} SET search_path = ${SCHEMA}, pg_catalog, ${path};
       COMMIT`,
    );
  });
  await onDatabase(url, (client) => terminateAll(client, client.database!)).catch(async (error) => {
    await clock.close().catch(() => {});
    throw error;
  });
  return clock;
}

/** Every reading of a clock reads the one row of the table. */
async function reads(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ reads: number }>(
    `SELECT seq_scan::int AS reads FROM pg_stat_user_tables WHERE schemaname = '${SCHEMA}' AND relname = 'ahead'`,
  );
  return rows[0]?.reads ?? 0;
}

function nameOf({ database }: pg.Client): string {
  return pg.escapeIdentifier(database!);
}
