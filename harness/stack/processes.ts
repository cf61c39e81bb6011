/**
 * Child processes of the stack: started, found ready, signalled, ended within a bound. Each leads a process group
 * of its own, so that Ctrl-C in the terminal reaches only the harness, which then stops them in order.
 */
import { spawn } from 'node:child_process';
import { HoldfastError } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import { GUARDIAN_MARK, sendSignal } from './charges.ts';
import type { Guardian } from './guardian.ts';
import { keepOutput, type Output } from './output.ts';

export interface ProcessPlan {
  name: string;
  command: string;
  args: string[];
  /** The whole environment; only the guardian's mark is added. */
  env: NodeJS.ProcessEnv;
  /** Whom to run as, where we are root. */
  owner?: { uid: number; gid: number };
  /** Finds the address in the line by which it says that it listens: the first capture, or the whole match. */
  listening: RegExp | ((line: string) => string | undefined);
  /** Asked from then on until it is true; a rejection counts as false. */
  ready?: (url: string) => Promise<boolean>;
  /** Bound on the whole start, ms. */
  readyMs: number;
  /** Both its outputs are appended there. */
  logFile: string;
  /** Signal that asks it to end; default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  recorder: Recorder;
  guardian: Guardian;
  /** Told when it was ready and then ended although nobody had asked it to. */
  onDeath?: (error: HoldfastError) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  name: string;
  pid: number;
  /** As it said itself. */
  url: string;
  readonly alive: boolean;
  /** What it said last, at most 20 lines. */
  lastLines(): string[];
  exited: Promise<Exit>;
  /**
   * Signals its whole group. `planned`: if it dies of that, it was a fault of the plan and no accident; `recorder`
   * has the word from then on. Resolves when it has ended where the signal is SIGKILL, at once otherwise.
   */
  kill(signal: NodeJS.Signals, how: { planned: boolean; recorder?: Recorder }): Promise<void>;
  /** Asks it to end and kills it after `graceMs` (5000). Resolves when nothing of it is left. */
  stop(graceMs?: number): Promise<Exit>;
}

const ASK_EVERY_MS = 25;
const DRAIN_MS = 1000;

/**
 * Starts a process and waits until it serves.
 *
 * @throws HF_PROCESS_DIED where it ends before that, HF_PROCESS_NOT_READY where it takes longer than `readyMs`;
 *   in either case nothing of it is left
 */
export async function startProcess(plan: ProcessPlan): Promise<Child> {
  const { name, guardian, stopSignal = 'SIGTERM' } = plan;
  let recorder = plan.recorder;
  const child = spawn(plan.command, plan.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plan.env, [GUARDIAN_MARK]: guardian.mark },
    // Another user may not be allowed into ours.
    ...(plan.owner && { ...plan.owner, cwd: '/' }),
  });
  const pid = child.pid ?? null;
  const release = pid === null ? () => {} : guardian.child(pid, { signal: stopSignal });
  const output = keepOutput(child, plan.logFile);
  const died = (how: string) =>
    new HoldfastError('HF_PROCESS_DIED', { name, how, last: lastWords(output), log: plan.logFile });
  const signalGroup = (signal: NodeJS.Signals) => pid !== null && sendSignal(-pid, signal);
  if (pid !== null) recorder.record({ type: 'process', name, pid, state: 'started', planned: true });

  let alive = true;
  let ready = false;
  let planned = false;
  const { promise: exited, resolve: resolveExited } = Promise.withResolvers<Exit>();
  const { promise: death, reject: rejectDeath } = Promise.withResolvers<never>();
  death.catch(() => {});
  const ended = async (exit: Exit, how: string) => {
    alive = false;
    recorder.record({ type: 'process', name, pid, state: 'exited', planned, reason: how });
    // Descendants in its group neither serve without it nor may keep its outputs open.
    signalGroup('SIGKILL');
    release();
    await output.drained(DRAIN_MS);
    resolveExited(exit);
    rejectDeath(died(how));
    if (ready && !planned) plan.onDeath?.(died(how));
  };
  child.once('exit', (code, signal) =>
    ended({ code, signal }, signal ? `signal ${signal}` : `exit code ${code}`),
  );
  child.on('error', (error) => {
    if (pid === null) ended({ code: null, signal: null }, error.message);
  });

  let asked = false;
  const handle: Child = {
    name,
    pid: pid ?? 0,
    url: '',
    get alive() {
      return alive;
    },
    lastLines: output.lines,
    exited,
    async kill(signal, how) {
      if (!alive) return;
      if (how.planned && signal !== 'SIGSTOP' && signal !== 'SIGCONT') planned = true;
      recorder = how.recorder ?? recorder;
      recorder.record({ type: 'process', name, pid, state: 'killed', planned: how.planned, reason: signal });
      signalGroup(signal);
      if (signal === stopSignal) asked = true;
      if (signal === 'SIGKILL') await exited;
    },
    async stop(graceMs = 5000) {
      planned = true;
      // Whoever is asked for a second time may take it for impatience, and end at once.
      if (alive && !asked) signalGroup(stopSignal);
      const timer = setTimeout(() => {
        // Who does not end when asked is killed, and what that costs is no fault of an orderly end.
        if (alive) void handle.kill('SIGKILL', { planned: true });
      }, graceMs);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };

  try {
    handle.url = await untilReady(plan, output, death);
  } catch (error) {
    await handle.stop(0);
    throw error;
  }
  ready = true;
  recorder.record({ type: 'process', name, pid, state: 'ready', planned: true, reason: handle.url });
  return handle;
}

/** @param death rejects when it ends */
async function untilReady(plan: ProcessPlan, output: Output, death: Promise<never>): Promise<string> {
  const overdue = AbortSignal.timeout(plan.readyMs);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const inVain = Promise.race([tooLate, death]);
  inVain.catch(() => {});
  let waitedFor = 'the line that says where it listens';
  overdue.addEventListener('abort', () => {
    const { name, readyMs: ms, logFile: log } = plan;
    reject(new HoldfastError('HF_PROCESS_NOT_READY', { name, ms, waitedFor, last: lastWords(output), log }));
  });
  const url = await Promise.race([address(plan.listening, output), inVain]);
  if (plan.ready) {
    waitedFor = `an answer that it is ready, at ${url}`;
    while (!(await Promise.race([plan.ready(url).catch(() => false), inVain]))) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS)), inVain]);
    }
  }
  return url;
}

function address(listening: ProcessPlan['listening'], output: Output): Promise<string> {
  const find =
    typeof listening === 'function'
      ? listening
      : (line: string) => {
          const match = listening.exec(line);
          return match ? (match[1] ?? match[0]) : undefined;
        };
  return new Promise((resolve) => {
    output.onLine((line) => {
      const found = find(line);
      if (found !== undefined) resolve(found);
    });
  });
}

function lastWords(output: Output): string {
  const lines = output.lines().filter((line) => line.trim() !== '');
  return lines.length === 0 ? 'nothing.' : `\n${lines.map((line) => `  | ${line}`).join('\n')}\n`;
}
