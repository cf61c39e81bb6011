/**
 * What a guardian can be charged with, and how each is cleaned up. All of it is idempotent: what is already gone
 * is no error.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { removeSharedMemory } from './postgres/shared-memory.ts';

export type Charge =
  /** Leader of a process group of its own: `signal` to the group, SIGKILL after `graceMs`. */
  | { kind: 'process'; pid: number; signal: NodeJS.Signals; graceMs: number }
  | { kind: 'directory'; path: string }
  /** The data directory of a PostgreSQL server, and the shared memory that a killed one leaves. */
  | { kind: 'cluster'; path: string }
  | { kind: 'database'; adminUrl: string; name: string }
  /** Known by its name, which is given before there is a container. */
  | { kind: 'container'; name: string };

/** A line that the harness writes to its guardian. */
export type GuardianMessage = { hold: number; charge: Charge } | { release: number };

/** Environment variable by which processes are known that the harness had no time left to register. */
export const GUARDIAN_MARK = 'HOLDFAST_GUARDIAN';

/** Processes first, for they hold the rest; directories last. Failures of one do not keep the others. */
export async function cleanUp(charges: readonly Charge[], mark: string): Promise<void> {
  const of = <K extends Charge['kind']>(kind: K) =>
    charges.filter((charge): charge is Extract<Charge, { kind: K }> => charge.kind === kind);
  const all = (work: Promise<unknown>[]) => Promise.allSettled(work);
  await all(of('process').map(({ pid, signal, graceMs }) => end(-pid, signal, graceMs)));
  // Again for those that were being started meanwhile.
  for (let round = 0; round < 3; round++) {
    await all(markedProcesses(mark).map((pid) => end(pid, 'SIGTERM', 1000)));
  }
  await all([
    ...of('database').map(({ adminUrl, name }) => dropDatabase(adminUrl, name)),
    ...of('container').map(({ name }) => removeContainer(name)),
  ]);
  await all([
    ...of('cluster').map(({ path }) => removeSharedMemory(path)),
    ...[...of('cluster'), ...of('directory')].map(({ path }) => removeDirectory(path)),
  ]);
}

/** @param target a pid, or a negated one for its group */
async function end(target: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (await gone(target, signal, graceMs)) return;
  await gone(target, 'SIGKILL', 5000);
}

/** Sends the signal and waits until nothing is left. */
async function gone(target: number, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  let send: NodeJS.Signals | 0 = signal;
  for (;;) {
    if (!sendSignal(target, send)) return true;
    send = 0;
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @returns false where there is nothing (left) to send it to */
export function sendSignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Processes whose environment carries the mark. Linux only; elsewhere registration has to do. */
function markedProcesses(mark: string): number[] {
  const wanted = `${GUARDIAN_MARK}=${mark}`;
  const pids: number[] = [];
  for (const entry of listOrNothing('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(wanted))
        pids.push(Number(entry));
    } catch {
      // It ended meanwhile, or belongs to another user and so is none of ours.
    }
  }
  return pids;
}

function listOrNothing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Ends a `CREATE DATABASE` that is still going on, by the name its connection carries, and drops what it made. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1',
      [name],
    );
    await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

export async function removeContainer(name: string): Promise<void> {
  await promisify(execFile)('docker', ['rm', '--force', '--volumes', name], { timeout: 30_000 });
}
