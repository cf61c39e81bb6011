/**
 * A guardian is a small process that holds a pipe from the harness. When the pipe ends — exit, crash, SIGKILL — it
 * cleans up everything that was registered and not released. Register before you create: then no moment is left in
 * which a death would leak.
 *
 *     harness ──pipe──▶ guardian          pipe ends: processes, databases, containers, directories, then itself
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { HoldfastError } from '../errors.ts';
import type { Charge, GuardianMessage } from './charges.ts';
import { programBeside } from './programs.ts';

/** To be called when the thing is gone. */
export type Release = () => void;

export interface Guardian {
  /**
   * Value of HOLDFAST_GUARDIAN in the environment of every process that it shall end, so that one started in the
   * instant before a crash is found without having been registered.
   */
  mark: string;
  pid: number;
  /** A process that leads a group of its own. Ended by `signal` (SIGTERM), after `graceMs` (2000) by SIGKILL. */
  child(pid: number, how?: { signal?: NodeJS.Signals; graceMs?: number }): Release;
  directory(path: string): Release;
  /** Data directory of a PostgreSQL server. */
  cluster(path: string): Release;
  database(adminUrl: string, name: string): Release;
  container(name: string): Release;
  /** Cleans up what is still registered, and ends the guardian. */
  close(): Promise<void>;
}

/** @param onLost told when the guardian itself ends although nobody closed it: nothing is guarded from then on */
export async function startGuardian(onLost: (error: HoldfastError) => void = () => {}): Promise<Guardian> {
  const mark = randomBytes(8).toString('hex');
  const child = spawn(process.execPath, [programBeside(import.meta.url, './guardian-main'), mark], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    // Bare, so that it bears no mark of a guardian above it, which would end it too early.
    env: { PATH: process.env.PATH ?? '' },
  });
  await once(child, 'spawn');
  const pipe = child.stdin;
  let closing = false;
  pipe.on('error', () => {});
  const exited = once(child, 'exit').then(([code, signal]) => {
    if (closing) return;
    const how = signal ? `signal ${signal}` : `code ${code}`;
    onLost(new HoldfastError('HF_PROCESS_DIED', { name: 'guardian', how, last: 'nothing.', log: 'none' }));
  });
  // It must not keep its harness alive.
  child.unref();
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();

  let next = 0;
  const write = (message: GuardianMessage) => void pipe.write(`${JSON.stringify(message)}\n`);
  const hold = (charge: Charge): Release => {
    const id = next++;
    write({ hold: id, charge });
    return () => write({ release: id });
  };
  return {
    mark,
    pid: child.pid!,
    child: (pid, { signal = 'SIGTERM', graceMs = 2000 } = {}) =>
      hold({ kind: 'process', pid, signal, graceMs }),
    directory: (path) => hold({ kind: 'directory', path }),
    cluster: (path) => hold({ kind: 'cluster', path }),
    database: (adminUrl, name) => hold({ kind: 'database', adminUrl, name }),
    container: (name) => hold({ kind: 'container', name }),
    async close() {
      closing = true;
      child.ref();
      pipe.end();
      await exited;
    },
  };
}
