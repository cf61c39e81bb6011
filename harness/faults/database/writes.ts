/**
 * What befalls whoever writes. A trigger on every table answers as PostgreSQL does where its disk is full, or where a
 * transaction cannot be serialised; the code and the moment are the same, the cause is not. Reading goes on, as it does
 * on a full disk.
 */
import type pg from 'pg';
import { onDatabase } from './client.ts';
import type { DatabaseFault } from './fault.ts';

interface WritesFault {
  id: string;
  about: string;
  /** Body of the trigger's function. */
  does: string;
}

const KINDS: readonly WritesFault[] = [
  {
    id: 'database-full',
    about: 'Every write fails with disk_full (SQLSTATE 53100), raised by a trigger; reading goes on.',
    does: `RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';`,
  },
  {
    id: 'database-conflict',
    about: 'Every write fails with serialization_failure (SQLSTATE 40001), raised by a trigger.',
    does: `RAISE EXCEPTION 'could not serialize access due to concurrent update' USING ERRCODE = 'serialization_failure';`,
  },
  {
    id: 'database-slow',
    about: 'Every write takes 250 ms longer.',
    does: 'PERFORM pg_sleep(0.25); RETURN NULL;',
  },
];

/** For a lock that a writer holds, ms. */
const LOCK_WITHIN = 10_000;

export const writes: readonly DatabaseFault[] = KINDS.map(({ id, about, does }) => ({
  id,
  at: 'database',
  about,
  heals: 'when it is healed',
  async strike({ url }) {
    await onDatabase(url, (client) => arm(client, does));
    return () => onDatabase(url, disarm);
  },
}));

const NAME = 'holdfast_fault';

async function arm(client: pg.Client, does: string): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_WITHIN}`);
  await client.query('BEGIN');
  await client.query(
    `CREATE SCHEMA ${NAME};
     CREATE FUNCTION ${NAME}.strike() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${does} END $$`,
  );
  for (const table of await tables(client)) {
    await client.query(
      `CREATE TRIGGER ${NAME} BEFORE INSERT OR UPDATE OR DELETE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION ${NAME}.strike()`,
    );
  }
  await client.query('COMMIT');
}

/** The triggers go with their function. */
async function disarm(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_WITHIN}`);
  await client.query(`DROP SCHEMA ${NAME} CASCADE`);
}

async function tables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
