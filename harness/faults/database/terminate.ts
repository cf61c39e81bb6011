/** As an operator, a failover or an idle timeout does: SQLSTATE 57P01 to each, and the connection is closed. */
import type pg from 'pg';
import { OURS, onDatabase } from './client.ts';
import type { DatabaseFault } from './fault.ts';

export const terminate: DatabaseFault = {
  id: 'database-terminate',
  at: 'database',
  about: 'PostgreSQL terminates every connection of the target; new ones are accepted.',
  heals: 'at once',
  async strike({ url }) {
    await onDatabase(url, (client) => terminateAll(client, client.database!));
    return async () => {};
  },
};

/** Every connection to the database but those of the harness. */
export async function terminateAll(client: pg.Client, database: string): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = $1 AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name NOT LIKE $2 || '%'`,
    [database, OURS],
  );
}
