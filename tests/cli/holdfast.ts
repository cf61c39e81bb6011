/** The command line, run as people run it: a process of its own, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recorded } from '../../harness/history/index.ts';
import type { Results } from '../../harness/runs/results.ts';

const MAIN = fileURLToPath(new URL('../../harness/cli/main.ts', import.meta.url));

export interface Ended {
  exit: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export function start(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Started {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? tmpdir(),
    // The database of these tests is nobody's business but the harness's own.
    env: { ...process.env, DATABASE_URL: '', NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (exit, signal) => resolve({ exit, signal, stdout, stderr }));
  });
  return { child, ended };
}

export const holdfast = (args: string[], options?: Parameters<typeof start>[1]) => start(args, options).ended;

/** A folder for the runs of one test. */
export function runsFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-test-runs-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Path of the newest run. */
export const latest = (out: string, ...rest: string[]) => join(out, 'latest', ...rest);

export const resultsOf = (out: string) =>
  JSON.parse(readFileSync(latest(out, 'results.json'), 'utf8')) as Results;

export function historyOf(out: string): Recorded[] {
  const path = latest(out, 'history.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Recorded);
}

/** Resolves with what `look` finds, looking again and again while the run goes on. */
export async function until<T>(look: () => T | undefined, { ended }: Started): Promise<T> {
  let over: Ended | undefined;
  void ended.then((end) => {
    over = end;
  });
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (over) throw new Error(`the run ended before that: exit ${over.exit}\n${over.stdout}\n${over.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Checkers that failed, per scenario. */
export function failedChecks({ scenarios }: Results): Record<string, string[]> {
  return Object.fromEntries(
    scenarios.map(({ id, checks }) => [
      id,
      checks
        .filter(({ verdict }) => verdict === 'fail')
        .map((check) => check.id)
        .sort(),
    ]),
  );
}

/** Processes whose command line or environment bears the mark of a guardian of this run. */
export function processesMarked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return environment.includes(mark) || command.includes(mark);
      } catch {
        return false;
      }
    });
}
