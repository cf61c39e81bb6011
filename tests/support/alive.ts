import { spawnSync } from 'node:child_process';

/** Whether there is such a process. One that has ended and that nobody has waited for yet has ended. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
