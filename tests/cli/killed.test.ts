/**
 * The harness is killed by SIGKILL at random moments of a run: what it had seen can be judged, and is never a pass; no
 * process, database or directory stays behind. A moment is a number of lines of the history, so that a seed repeats it:
 *
 *     KILLS=20 KILL_SEED=7 npx vitest run tests/cli/killed.test.ts
 */
import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createDraw } from '../../harness/runs/draw.ts';
import type { Results } from '../../harness/runs/results.ts';
import { until as untilTrue } from '../support/until.ts';
import { historyOf, holdfast, latest, runsFolder, start, until } from './holdfast.ts';

const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 32));
const kills = Number(process.env.KILLS ?? 2);
const draw = createDraw(seed);
/** A run of this scenario writes more lines than the greatest; at 0 not even its folder may be there. */
const moments = Array.from({ length: kills }, () => draw.between(0, 400));

afterAll(() => {
  process.stdout.write(
    `killed after ${moments.join(', ')} lines; repeat with KILL_SEED=${seed} KILLS=${kills}\n`,
  );
});

test.for(moments.map((lines, index) => ({ lines, index })))(
  `seed ${seed}: killed after $lines lines`,
  async ({ lines, index }) => {
    const { path: out, remove } = runsFolder();
    const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-scratch-'));
    // PostgreSQL runs as a user of its own where we are root, and must get in.
    chmodSync(scratch, 0o755);
    onTestFinished(() => {
      remove();
      rmSync(scratch, { recursive: true, force: true });
    });
    const args = ['verify', '--scenario', 'network', '--out', out, '--seed', String((seed % 1000) + index)];
    const run = start(args, { env: { TMPDIR: scratch } });
    await until(() => (historyOf(out).length >= lines ? true : undefined), run);
    run.child.kill('SIGKILL');
    await run.ended;

    // What is left is said by the comparison, not by the wait.
    const left = () => ({ processes: processesNaming(scratch), directories: readdirSync(scratch) });
    const isGone = () => left().processes.length === 0 && left().directories.length === 0;
    await untilTrue('everything to be gone', isGone).catch(() => {});
    expect(left()).toEqual({ processes: [], directories: [] });

    if (historyOf(out).length === 0) return;
    const { exit, stdout } = await holdfast(['check', latest(out), '--json']);
    expect({ exit, verdict: (JSON.parse(stdout) as Results).verdict }).toEqual({
      exit: 2,
      verdict: 'unknown',
    });
  },
);

/** Processes whose environment or command line names the folder. */
function processesNaming(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return `${command}${environment}`.includes(folder) ? [command.replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}
