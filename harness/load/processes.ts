/**
 * What each process of a load run uses: the harness itself and everything below it, by the names that they have in the
 * run. Linux tells; elsewhere nothing is known, and nothing is said.
 *
 *     harness ─┬─ target, target-2 …   known by their pids
 *              ├─ llm, worker …        by the program that they run
 *              └─ postgres ── backends counted together
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessUse } from '../runs/load-results.ts';

export interface Named {
  name: string;
  pid: number;
}

export interface ProcessWatch {
  /** What each used since it was last asked. */
  look(): Record<string, ProcessUse>;
}

interface Sum {
  /** Bytes. */
  memory: number;
  /** s, since it began. */
  cpu: number;
}

/** @param known processes whose names are known, as they are now. @returns undefined where the system does not tell */
export function watchProcesses(known: () => readonly Named[]): ProcessWatch | undefined {
  const units = unitsOfSystem();
  if (!units) return undefined;
  let before = new Map<number, Sum>();
  let at = performance.now();
  return {
    look() {
      const since = (performance.now() - at) / 1_000;
      at = performance.now();
      const names = new Map(known().map(({ name, pid }) => [pid, name]));
      const uses: Record<string, ProcessUse> = {};
      const seen = new Map<number, Sum>();
      const book = (name: string, pid: number, sum: Sum) => {
        seen.set(pid, sum);
        const use = uses[name] ?? { memory: 0, cpu: 0 };
        // One that has begun since has used all of it since; one of a group that has ended takes its share along.
        const cpu = Math.max(0, sum.cpu - (before.get(pid)?.cpu ?? 0)) / Math.max(since, 0.001);
        uses[name] = { memory: use.memory + sum.memory / 2 ** 20, cpu: use.cpu + cpu };
      };
      const own = sumOf(process.pid, units);
      if (own) book('harness', process.pid, own);
      for (const pid of childrenOf(process.pid)) {
        const name = names.get(pid) ?? nameOf(pid);
        if (name !== undefined)
          for (const each of treeOf(pid)) {
            const sum = sumOf(each, units);
            if (sum) book(name, each, sum);
          }
      }
      before = seen;
      return uses;
    },
  };
}

interface Units {
  page: number;
  ticks: number;
}

function unitsOfSystem(): Units | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const ask = (name: string) => Number(execFileSync('getconf', [name], { encoding: 'utf8' }));
    return { page: ask('PAGESIZE'), ticks: ask('CLK_TCK') };
  } catch {
    return undefined;
  }
}

/** Memory that is its own, and not a file's or shared with others; CPU time, in the system's for it, too. */
function sumOf(pid: number, { page, ticks }: Units): Sum | undefined {
  const [, resident, shared] = readOf(`/proc/${pid}/statm`).split(' ').map(Number);
  // The name of the program stands in brackets and may hold anything.
  const fields = readOf(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (resident === undefined || shared === undefined || Number.isNaN(user + system)) return undefined;
  return { memory: (resident - shared) * page, cpu: (user + system) / ticks };
}

function nameOf(pid: number): string | undefined {
  const command = readOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  if (/mock-llm\/main/.test(command)) return 'llm';
  if (/worker-main/.test(command)) return 'worker';
  return /postgres/.test(command) ? 'postgres' : undefined;
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

function childrenOf(pid: number): number[] {
  const threads = `/proc/${pid}/task`;
  try {
    return readdirSync(threads).flatMap(
      (thread) => readOf(`${threads}/${thread}/children`).match(/\d+/g)?.map(Number) ?? [],
    );
  } catch {
    return [];
  }
}

/** A process may end at any time: what cannot be read any more is not there. */
function readOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
