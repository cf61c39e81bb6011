import pg from 'pg';

/** Probes of the harness have this at the beginning of their names: faults leave them alone. */
export const OURS = 'holdfast';

const WITHIN = 10_000;

/**
 * Does `work` over one connection to a database, and closes it.
 *
 * @throws what PostgreSQL answered, or that it did not within 10 s
 */
export async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${OURS}-fault`,
    connectionTimeoutMillis: WITHIN,
    query_timeout: WITHIN,
  });
  // A connection that breaks fails the next statement, which says so.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
