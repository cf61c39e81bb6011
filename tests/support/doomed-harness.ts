/**
 * Program: a harness that starts one thing after the other under a guardian and then waits to be killed. Says each
 * step on a line when it is done. Everything it starts bears the path of its work folder in its command line.
 *
 *     node doomed-harness.ts <work folder> <admin url of a PostgreSQL server>
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSource } from '../../harness/history/recorder.ts';
import { startGuardian } from '../../harness/stack/guardian.ts';
import { createDatabase } from '../../harness/stack/postgres/databases.ts';
import { embedded } from '../../harness/stack/postgres/embedded.ts';
import { startProcess } from '../../harness/stack/processes.ts';

const [work, adminUrl] = process.argv.slice(2) as [string, string];
const done = (step: string, detail = '') => process.stdout.write(`${step} ${detail}\n`);

const guardian = await startGuardian();
done('guardian', guardian.mark);

const directory = join(work, 'directory');
guardian.directory(directory);
mkdirSync(directory);
writeFileSync(join(directory, 'file'), 'content');
done('directory');

const context = { guardian, recorder: createSource('doomed', () => {}) };
await startProcess({
  ...context,
  name: 'stubborn',
  command: process.execPath,
  args: [
    '-e',
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('listening')`,
    work,
  ],
  env: {},
  listening: /listening/,
  readyMs: 60_000,
  logFile: join(directory, 'stubborn.log'),
});
done('process');

// As if it had been killed between starting a process and registering it.
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', work], {
  detached: true,
  stdio: 'ignore',
  env: { HOLDFAST_GUARDIAN: guardian.mark },
});
done('unregistered');

await createDatabase(adminUrl, guardian);
done('database');

await embedded.start({ ...context, logFile: join(directory, 'postgres.log') });
done('postgres');
process.stdin.resume();
