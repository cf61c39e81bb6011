import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Removes the System V segment that a PostgreSQL server leaves when it is killed. One that shut down, however
 * fast, has removed it itself, together with its lock file.
 */
export async function removeSharedMemory(dataDirectory: string): Promise<void> {
  const id = await segmentOf(dataDirectory);
  if (id === undefined) return;
  await promisify(execFile)('ipcrm', ['-m', id]).catch(() => {});
}

/** Line 7 of the lock file: the key and the id of the segment. */
async function segmentOf(dataDirectory: string): Promise<string | undefined> {
  const lock = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  return lock.split('\n')[6]?.trim().split(/\s+/)[1];
}
