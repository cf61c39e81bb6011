import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { type Guardian, startGuardian } from '../../harness/stack/guardian.ts';
import { createDatabase } from '../../harness/stack/postgres/databases.ts';

let guardian: Promise<Guardian> | undefined;

/** An empty database on the server of the test run; gone after `drop`, and after the tests in any case. */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  guardian ??= startGuardian();
  return createDatabase(inject('postgresAdminUrl'), await guardian);
}

/** As a target is, until the test is over; losing the connection is no error of the test. */
export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'target' });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}
