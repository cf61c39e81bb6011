/**
 * One PostgreSQL server for the whole test run: the one of DATABASE_URL, else an embedded one that is gone
 * afterwards, also when the test runner is killed.
 */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createSource } from '../../harness/history/recorder.ts';
import { startGuardian } from '../../harness/stack/guardian.ts';
import { choosePostgres } from '../../harness/stack/postgres/choose.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresAdminUrl: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const guardian = await startGuardian();
  const provider = await choosePostgres('auto');
  const logFile = join(tmpdir(), `holdfast-tests-${process.pid}.log`);
  const release = guardian.directory(logFile);
  const server = await provider.start({ guardian, recorder: createSource('tests', () => {}), logFile });
  provide('postgresAdminUrl', server.adminUrl);
  return async () => {
    await server.stop();
    await rm(logFile, { force: true });
    release();
    await guardian.close();
  };
}
