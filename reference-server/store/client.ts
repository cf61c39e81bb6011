/** One connection for one command of an operator. */
import pg from 'pg';

/** ms */
const CONNECT_TIMEOUT = 10_000;

/** No connection came about; the cause says why. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
}

/** @throws ConnectError, or what `work` throws */
export async function withClient<T>(
  databaseUrl: string,
  name: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connected(databaseUrl, name);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function connected(databaseUrl: string, name: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: name,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
    });
    // Without a listener a connection that breaks would end the process; what runs on it fails and says so.
    client.on('error', () => {});
    await client.connect();
    return client;
  } catch (error) {
    throw new ConnectError(reason(error), { cause: error });
  }
}

/** A name with several addresses fails with an error for each, and none of its own words. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message : String(error);
}
