/**
 * Whatever dies in mid-run, the run ends with a reason and exit 70, and never with a pass; and when the harness
 * itself dies, nothing of it is left and what it had seen can be judged.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import type { RecordedOf } from '../../harness/history/index.ts';
import type { Results } from '../../harness/runs/results.ts';
import { isAlive } from '../support/alive.ts';
import { until as untilTrue } from '../support/until.ts';
import {
  historyOf,
  holdfast,
  latest,
  resultsOf,
  runsFolder,
  type Started,
  start,
  until,
} from './holdfast.ts';

// They wait more than they work, each for something else: side by side.

interface Scene {
  out: string;
  /** Where the harness puts what it does not keep; empty again when all is over. */
  scratch: string;
  run: Started;
}

function begin({ onTestFinished }: Pick<TestContext, 'onTestFinished'>, driver = 'api'): Scene {
  const runs = runsFolder();
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-scratch-'));
  // PostgreSQL runs as a user of its own where we are root, and must get in.
  chmodSync(scratch, 0o755);
  onTestFinished(() => {
    runs.remove();
    rmSync(scratch, { recursive: true, force: true });
  });
  const args = ['verify', '--scenario', 'network', '--driver', driver, '--out', runs.path, '--seed', '3'];
  return { out: runs.path, scratch, run: start(args, { env: { TMPDIR: scratch } }) };
}

const processes = (out: string) =>
  historyOf(out).filter((event): event is RecordedOf<'process'> => event.type === 'process');

/** The stream is under way: a chunk has been seen. */
const streaming = ({ out, run }: Scene) =>
  until(() => (historyOf(out).some(({ type }) => type === 'seen') ? true : undefined), run);

async function expectNothingLeft({ out, scratch }: Scene): Promise<void> {
  const pids = processes(out).flatMap(({ pid }) => (pid === null ? [] : [pid]));
  expect(pids.length).toBeGreaterThan(2);
  const isGone = () => pids.every((pid) => !isAlive(pid)) && readdirSync(scratch).length === 0;
  // What is left is said by the comparison, not by the wait.
  await untilTrue('everything to be gone', isGone).catch(() => {});
  expect({ alive: pids.filter(isAlive), left: readdirSync(scratch) }).toEqual({ alive: [], left: [] });
}

test.concurrent.for([
  ['llm', 'api', 'HF_PROCESS_DIED'],
  ['target', 'api', 'HF_PROCESS_DIED'],
  ['postgres', 'api', 'HF_PROCESS_DIED'],
  ['browser', 'browser', 'HF_BROWSER_DIED'],
] as const)('%s dies: exit 70, and the report names it', async ([name, driver, code], context) => {
  const scene = begin(context, driver);
  await streaming(scene);
  const { pid } = processes(scene.out).findLast((event) => event.name.startsWith(name))!;
  process.kill(pid!, 'SIGKILL');
  const { exit, stdout } = await scene.run.ended;
  const { verdict, failure } = resultsOf(scene.out);
  expect({ exit, verdict: verdict === 'pass' ? 'pass' : 'none', code: failure?.code }, stdout).toEqual({
    exit: 70,
    verdict: 'none',
    code,
  });
  expect(failure!.message).toContain(name);
  expect(stdout).toContain(failure!.code);
  expect((await holdfast(['check', latest(scene.out)])).exit).toBe(70);
  await expectNothingLeft(scene);
});

test.concurrent.for([
  // Whoever asks it first learns of it: who waits for a chunk, or who reads its ledger.
  ['llm', /^HF_(LLM_WAIT|LEDGER_LOST)$/],
  ['postgres', /^HF_POSTGRES_SILENT$/],
] as const)(
  '%s stands still: the run ends all the same, and not with a pass',
  async ([name, code], context) => {
    const scene = begin(context);
    await streaming(scene);
    const { pid } = processes(scene.out).findLast((event) => event.name.startsWith(name))!;
    process.kill(pid!, 'SIGSTOP');
    const { exit, stdout } = await scene.run.ended;
    expect({ exit, failure: resultsOf(scene.out).failure }, stdout).toMatchObject({
      exit: 70,
      failure: { code },
    });
    await expectNothingLeft(scene);
  },
);

test.concurrent.for(['SIGINT', 'SIGTERM'] as const)(
  '%s: stops in order, exit 130',
  async (signal, context) => {
    const scene = begin(context);
    await streaming(scene);
    scene.run.child.kill(signal);
    const { exit } = await scene.run.ended;
    expect(exit).toBe(130);
    expect(resultsOf(scene.out).verdict).not.toBe('pass');
    await expectNothingLeft(scene);
  },
);

test.concurrent.for(['api', 'browser'])(
  'the harness itself is killed with %s: nothing is left, and its history is judged unknown',
  async (driver, context) => {
    const scene = begin(context, driver);
    await streaming(scene);
    scene.run.child.kill('SIGKILL');
    await scene.run.ended;
    await expectNothingLeft(scene);
    const { exit, stdout } = await holdfast(['check', latest(scene.out), '--json']);
    const { verdict, scenarios } = JSON.parse(stdout) as Results;
    const reasons = scenarios.map(({ reason }) => reason);
    expect({ exit, verdict, reasons }).toEqual({
      exit: 2,
      verdict: 'unknown',
      reasons: ['The play broke off before its end.', 'The play broke off before its end.'],
    });
  },
);
