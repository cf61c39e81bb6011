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
import { type Charge, GUARDIAN_MARK, type GuardianMessage } from './charges.ts';
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
  /** A process that leads a group of its own. Ended by `signal` (SIGTERM), after `graceMs` (1000) by SIGKILL. */
  child(pid: number, how?: { signal?: NodeJS.Signals; graceMs?: number }): Release;
  directory(path: string): Release;
  /** Data directory of a PostgreSQL server. */
  cluster(path: string): Release;
  database(adminUrl: string, name: string): Release;
  container(name: string): Release;
  /** Cleans up what is still registered, and ends the guardian. */
  close(): Promise<void>;
}

/**
 * @param onLost told when the guardian itself ends although nobody closed it: nothing is guarded from then on
 * @throws HF_PROCESS_DIED where it does not even start
 */
export async function startGuardian(onLost: (error: HoldfastError) => void = () => {}): Promise<Guardian> {
  const mark = randomBytes(8).toString('hex');
  // Ours, so that it finds the same Docker engine; without the mark of a guardian above it, which would end it too
  // early, and without options of Node that are meant for us, such as a debugger's port.
  const { [GUARDIAN_MARK]: _mark, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [programBeside(import.meta.url, './guardian-main'), mark], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
    env,
  });
  const { stdin: pipe, stdout } = child;
  let closing = false;
  // The guardian is gone; `exited` tells.
  pipe.on('error', () => {});
  const exited = once(child, 'exit').then(
    ([code, signal]) => (signal ? `signal ${signal}` : `exit code ${code}`),
    (error: Error) => error.message,
  );
  const died = (how: string) =>
    new HoldfastError('HF_PROCESS_DIED', { name: 'guardian', how, last: 'nothing.', log: 'none' });
  await Promise.race([
    once(stdout, 'data'),
    exited.then((how) => {
      throw died(how);
    }),
  ]);
  stdout.destroy();
  void exited.then((how) => {
    if (!closing) onLost(died(how));
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
    child: (pid, { signal = 'SIGTERM', graceMs = 1000 } = {}) =>
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
