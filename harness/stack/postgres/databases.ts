import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { dropDatabase } from '../charges.ts';
import type { Guardian } from '../guardian.ts';
import type { Database } from './provider.ts';

const CONNECT_MS = 10_000;

/** What a server says of itself, asked over one connection. */
export async function serverVersion(adminUrl: string): Promise<string> {
  return withClient(adminUrl, 'holdfast', async (client) => {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]!.server_version.split(' ')[0]!;
  });
}

/** A database `holdfast_<mark>_<random>`, registered with the guardian before it exists. */
export async function createDatabase(adminUrl: string, guardian: Guardian): Promise<Database> {
  const name = `holdfast_${guardian.mark}_${randomBytes(4).toString('hex')}`;
  const release = guardian.database(adminUrl, name);
  // Its name as application_name: by that the guardian finds a creation that is still going on.
  await withClient(adminUrl, name, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    async drop() {
      await dropDatabase(adminUrl, name);
      release();
    },
  };
}

/** @param connectWithin ms */
export async function withClient<T>(
  url: string,
  applicationName: string,
  work: (client: pg.Client) => Promise<T>,
  connectWithin = CONNECT_MS,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectWithin,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
