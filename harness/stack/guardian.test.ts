import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { isAlive } from '../../tests/support/alive.ts';
import { until } from '../../tests/support/until.ts';
import { startGuardian } from './guardian.ts';

const DOOMED = fileURLToPath(new URL('../../tests/support/doomed-harness.ts', import.meta.url));
const STEPS = ['guardian', 'directory', 'process', 'unregistered', 'database', 'postgres'] as const;

describe.concurrent('after the death of the harness nothing is left', () => {
  const deaths = [
    ...STEPS.map((step) => ({ death: 'SIGKILL', step })),
    { death: 'SIGINT', step: 'postgres' },
    { death: 'SIGHUP', step: 'process' },
  ] as const;
  test.for(deaths)('$death after the step "$step"', async ({ death, step }, { onTestFinished }) => {
    const doomed = startDoomed(workFolder(onTestFinished));
    await doomed.reached(step);
    // To its group, as a terminal does.
    process.kill(-doomed.process.pid!, death);
    await expectNothingLeft(doomed);
  });

  test.for([0, 40, 80, 120, 200, 350, 500, 700, 900, 1200, 1600, 2000])(
    'SIGKILL after %i ms',
    async (ms, { onTestFinished }) => {
      const doomed = startDoomed(workFolder(onTestFinished));
      await new Promise((resolve) => setTimeout(resolve, ms));
      doomed.process.kill('SIGKILL');
      await expectNothingLeft(doomed);
    },
  );
});

test('what was released is left alone, what was not is removed when the guardian is closed', async () => {
  const work = workFolder(onTestFinished);
  const [released, held] = ['released', 'held'].map((name) => join(work, name)) as [string, string];
  const guardian = await startGuardian();
  const release = guardian.directory(released);
  guardian.directory(held);
  mkdirSync(released);
  mkdirSync(held);
  release();
  await guardian.close();
  expect(readdirSync(work)).toEqual(['released']);
  expect(isAlive(guardian.pid)).toBe(false);
});

test.for(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('the guardian outlasts %s', async (signal) => {
  const guardian = await startGuardian((error) => expect.unreachable(error.message));
  const held = join(workFolder(onTestFinished), 'held');
  mkdirSync(held);
  guardian.directory(held);
  process.kill(guardian.pid, signal);
  await guardian.close();
  expect(existsSync(held)).toBe(false);
});

test('a guardian that is killed itself is reported as lost', async () => {
  const { promise: lost, resolve } = Promise.withResolvers<Error>();
  const guardian = await startGuardian(resolve);
  process.kill(guardian.pid, 'SIGKILL');
  expect(await lost).toMatchObject({ code: 'HF_PROCESS_DIED' });
});

/** Of a path that no other test's processes bear. */
function workFolder(finished: (cleanUp: () => void) => void): string {
  const work = mkdtempSync(join(tmpdir(), 'holdfast-guardian-test-'));
  // PostgreSQL runs as another user where we are root, and has to get through.
  chmodSync(work, 0o755);
  finished(() => rmSync(work, { recursive: true, force: true }));
  return work;
}

interface Doomed {
  work: string;
  process: ChildProcess;
  reached(step: string): Promise<void>;
  /** By which its databases are known; undefined as long as it can have none. */
  mark(): string | undefined;
}

function startDoomed(work: string): Doomed {
  const temporary = join(work, 'tmp');
  mkdirSync(temporary);
  const child = spawn(process.execPath, [DOOMED, work, inject('postgresAdminUrl')], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
  });
  const steps = new Map<string, string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [step = '', detail = ''] = line.split(' ');
    steps.set(step, detail);
  });
  return {
    work,
    process: child,
    reached: (step) => until(`the step "${step}"`, () => steps.has(step)),
    mark: () => steps.get('guardian'),
  };
}

async function expectNothingLeft(doomed: Doomed): Promise<void> {
  if (doomed.process.exitCode === null && doomed.process.signalCode === null)
    await once(doomed.process, 'exit');
  const { work } = doomed;
  const mark = doomed.mark();
  const traces = mark === undefined ? [work] : [work, mark];
  await until('all its processes to be gone', () => processesWith(traces).length === 0);
  expect(readdirSync(work).sort()).toEqual(['tmp']);
  expect(readdirSync(join(work, 'tmp'))).toEqual([]);
  expect(await databasesOf(mark)).toEqual([]);
}

/** Lines of the process table, the guardian's among them: it bears the mark. */
function processesWith(traces: string[]): string[] {
  const table = execFileSync('ps', ['-axww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' });
  return table.split('\n').filter((line) => traces.some((trace) => line.includes(trace)));
}

async function databasesOf(mark = 'none'): Promise<string[]> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE datname LIKE $1',
    [`holdfast_${mark}%`],
  );
  await client.end();
  return rows.map(({ datname }) => datname);
}
