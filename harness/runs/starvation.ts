/**
 * Notices when the machine leaves a browser without a processor: a page that was ready to show what had come, and was
 * not run, shows it late, and the target cannot help it. The judge extends every bound by such time, as it does by
 * time in which the harness itself stood still.
 *
 * Linux counts for every process how long it was ready and had to wait. That tells the machine's lateness from the
 * page's own: what a page works, or waits for its server, is not in it. Where nobody counts, nothing is excused.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { now, type Recorder } from '../history/index.ts';

/** By process, ms for which it was ready to run and had to wait, since it began. */
export type Waits = ReadonlyMap<number, number>;

const TICK = 250;
/** Less of a tick than this is within what any bound bears, ms. */
const WORTH_TELLING = 100;
/** So much of each tick adds up to a tenth of a bound. */
const WORTH_ADDING = 25;

/** @returns how to stop watching */
export function watchStarvation(
  root: number,
  recorder: Recorder,
  read: (root: number) => Waits = waitsBelow,
): () => void {
  let before = read(root);
  const timer = setInterval(() => {
    const waits = read(root);
    const longest = Math.max(0, ...growth(before, waits));
    if (longest > WORTH_TELLING) recorder.record({ type: 'stall', of: 'browser', from: now() - longest });
    before = waits;
  }, TICK);
  return () => clearInterval(timer);
}

/** Of those that were there before: what a process waited while it was started belongs to no page. */
function growth(before: Waits, after: Waits): number[] {
  return Array.from(after, ([pid, ms]) => ms - (before.get(pid) ?? ms));
}

/** Of a process and all below it; its main thread counts, which is the one that a page runs in. */
export function waitsBelow(root: number): Waits {
  const waits = new Map<number, number>();
  const take = (pid: number) => {
    const waited = waitOf(pid);
    if (waited === undefined || waits.has(pid)) return;
    waits.set(pid, waited);
    for (const child of childrenOf(pid)) take(child);
  };
  take(root);
  return waits;
}

/**
 * ms for which these processes were ready to run and had to wait, all of them together since the first call: what one
 * waits for is what another has to do. What one has waited stays counted when it is gone.
 *
 * @param pids those that are there now
 */
export function waitsOf(
  pids: () => readonly number[],
  read: (pid: number) => number | undefined = waitOf,
): () => number {
  let total = 0;
  let before: Waits = new Map();
  return () => {
    const waits = new Map<number, number>();
    for (const pid of pids()) {
      const waited = read(pid);
      if (waited !== undefined) waits.set(pid, waited);
    }
    for (const more of growth(before, waits)) total += more;
    before = waits;
    return total;
  };
}

/** @returns how to stop telling of `starved`, whenever it is more of a tick than any bound bears */
export function tellStarvation(recorder: Recorder, starved: () => number): () => void {
  let before = starved();
  let from = now();
  const timer = setInterval(() => {
    const known = starved();
    if (known - before > WORTH_ADDING) recorder.record({ type: 'starved', from, ms: known - before });
    before = known;
    from = now();
  }, TICK);
  return () => clearInterval(timer);
}

/** Readings are as old as this, ms: they come from files, and are asked for by every wait that begins. */
const REMEMBERED = 50;

/** The same, of those who are waited for while plays go on: the harness itself, and the target wherever it runs. */
export function starvationOf(target: () => readonly number[]): () => number {
  const read = waitsOf(() => [process.pid, ...target()]);
  let known = read();
  let at = now();
  return () => {
    if (now() > at + REMEMBERED) {
      known = read();
      at = now();
    }
    return known;
  };
}

/** undefined: it is gone, or this system does not count. */
function waitOf(pid: number): number | undefined {
  const [, waited] = readOf(`/proc/${pid}/schedstat`).split(' ');
  return waited === undefined ? undefined : Number(waited) / 1e6;
}

function childrenOf(pid: number): number[] {
  const threads = `/proc/${pid}/task`;
  return tasksIn(threads).flatMap(
    (thread) => readOf(`${threads}/${thread}/children`).match(/\d+/g)?.map(Number) ?? [],
  );
}

/** A process may end at any time: what cannot be read any more is not there. */
function readOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function tasksIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
