import { inject } from 'vitest';
import { type Guardian, startGuardian } from '../../harness/stack/guardian.ts';
import { createDatabase } from '../../harness/stack/postgres/databases.ts';

let guardian: Promise<Guardian> | undefined;

/** An empty database on the server of the test run; gone after `drop`, and after the tests in any case. */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  guardian ??= startGuardian();
  return createDatabase(inject('postgresAdminUrl'), await guardian);
}
