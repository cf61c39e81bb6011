/** The workers of a load run, each a process under the guardian, as one. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { HoldfastError } from '../errors.ts';
import type { Recorded } from '../history/index.ts';
import { GUARDIAN_MARK } from '../stack/charges.ts';
import type { Guardian } from '../stack/guardian.ts';
import { lean } from '../stack/lean.ts';
import { programBeside } from '../stack/programs.ts';
import type { FromWorker, Setup, ToWorker } from './engine/messages.ts';
import { mergeTally, type Tally } from './engine/tally.ts';
import { type LoadPlan, visitOfSeed, workerOf } from './plan.ts';
import type { Series } from './series.ts';

/** Events wait so long for others to go with, ms. */
const GATHER = 25;
const READY_WITHIN = 60_000;

export interface FleetSetup {
  plan: LoadPlan;
  workers: number;
  config: string | null;
  databaseUrl: string;
  /** Where the workers' parts of the history are written. */
  folder: string;
  guardian: Guardian;
  series: Series;
}

export interface Fleet {
  /** Where the target is; null: it is away. Of several instances the workers take one each, in turns. */
  way(origin: string | readonly string[] | null): void;
  /** @param at when users begin to come, ms */
  start(at: number): void;
  /** Something was recorded that visits must know of. */
  tell(event: Recorded): void;
  /** All clients lose the network at once. @returns how many live streams that hit */
  cut(kind: string): Promise<number>;
  heal(): void;
  /** Something else hits everybody. @returns how many live streams there are */
  hit(kind: string): Promise<number>;
  drain(): void;
  /** Resolves when all visits are over; rejects when a worker fails. */
  done: Promise<Outcome>;
  close(): Promise<void>;
}

export interface Outcome {
  /** By behaviour. */
  tallies: Record<string, Tally>;
  /** Seeds of which the LLM was called once more after they had been judged. */
  late: number[];
  /** Seeds of which the LLM was called for the first time only then. */
  tardy: number[];
}

/** @throws HF_PROCESS_NOT_READY, HF_LOAD_WORKER */
export async function startFleet(setup: FleetSetup): Promise<Fleet> {
  const { plan, workers, series } = setup;
  const children = Array.from({ length: workers }, (_, worker) => startWorker(setup, worker));
  const outcome: Outcome = { tallies: {}, late: [], tardy: [] };
  const done = Promise.withResolvers<Outcome>();
  done.promise.catch(() => {});
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const fail = (worker: number, what: string) => {
    const error = new HoldfastError('HF_LOAD_WORKER', { worker: worker + 1, what });
    ready.reject(error);
    done.reject(error);
  };
  const hits = new Map<string, { answers: number; live: number; resolve(live: number): void }>();
  let isReady = 0;
  let isDone = 0;

  for (const [worker, { child }] of children.entries()) {
    let finished = false;
    child.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'ready':
          if (++isReady === workers) ready.resolve();
          return;
        case 'beat':
          series.push(worker, message.beat);
          return;
        case 'hit': {
          const hit = hits.get(message.kind);
          if (!hit) return;
          hit.live += message.live;
          if (++hit.answers < workers) return;
          hits.delete(message.kind);
          hit.resolve(hit.live);
          return;
        }
        case 'failed':
          fail(worker, message.message);
          return;
        case 'done':
          finished = true;
          outcome.late.push(...message.late);
          outcome.tardy.push(...message.tardy);
          for (const [behaviour, tally] of Object.entries(message.tallies)) {
            const known = outcome.tallies[behaviour];
            if (known) mergeTally(known, tally);
            else outcome.tallies[behaviour] = tally;
          }
          if (++isDone === workers) done.resolve(outcome);
      }
    });
    child.on('exit', (code, signal) => {
      if (!finished) fail(worker, `it ended (${signal ?? `exit code ${code}`})`);
    });
    child.on('error', (error) => fail(worker, error.message));
  }

  const send = (worker: number, message: ToWorker) => {
    const { child } = children[worker]!;
    if (child.connected) child.send(message);
  };
  const toAll = (message: ToWorker) => children.forEach((_, worker) => void send(worker, message));
  const waiting: Recorded[][] = children.map(() => []);
  let gathering: NodeJS.Timeout | undefined;
  const flush = () => {
    gathering = undefined;
    for (const [worker, events] of waiting.entries())
      if (events.length > 0) send(worker, { type: 'events', events: events.splice(0) });
  };
  const struck = (message: ToWorker & { kind: string }) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    hits.set(message.kind, { answers: 0, live: 0, resolve });
    flush();
    toAll(message);
    return Promise.race([promise, done.promise.then(() => 0)]);
  };

  const fleet: Fleet = {
    way(to) {
      const origins = to === null || typeof to === 'string' ? [to] : to;
      for (const worker of children.keys())
        send(worker, { type: 'way', origin: origins[worker % origins.length]! });
    },
    start: (at) => toAll({ type: 'start', at }),
    tell(event) {
      const of = 'send' in event && event.type !== 'fault' ? event.send : undefined;
      // Auxiliary calls are nobody's.
      if (of === null) return;
      if (of === undefined) for (const events of waiting) events.push(event);
      else waiting[workerOf(plan, visitOfSeed(plan, of), workers)]!.push(event);
      gathering ??= setTimeout(flush, GATHER);
    },
    cut: (kind) => struck({ type: 'cut', kind }),
    heal() {
      flush();
      toAll({ type: 'heal' });
    },
    hit: (kind) => struck({ type: 'hit', kind }),
    drain: () => toAll({ type: 'drain' }),
    done: done.promise,
    async close() {
      clearTimeout(gathering);
      await Promise.all(children.map(({ child, release }) => end(child).then(release)));
    },
  };
  const tooLate = setTimeout(() => {
    const ms = READY_WITHIN;
    ready.reject(
      new HoldfastError('HF_LOAD_WORKER', { worker: isReady + 1, what: `it was not ready within ${ms} ms` }),
    );
  }, READY_WITHIN);
  try {
    await ready.promise;
  } catch (error) {
    await fleet.close();
    throw error;
  } finally {
    clearTimeout(tooLate);
  }
  return fleet;
}

function startWorker({ plan, workers, config, databaseUrl, folder, guardian }: FleetSetup, worker: number) {
  const { flags, env } = lean(Math.ceil(plan.users / workers));
  const child = fork(programBeside(import.meta.url, './engine/worker-main'), [], {
    detached: true,
    env: { ...process.env, ...env, [GUARDIAN_MARK]: guardian.mark },
    execArgv: flags,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const release = child.pid === undefined ? () => {} : guardian.child(child.pid);
  const history = join(folder, `load-${worker + 1}.jsonl`);
  const setup: Setup = { plan, worker, workers, config, databaseUrl, history };
  child.send({ type: 'setup', setup } satisfies ToWorker);
  return { child, release };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.disconnect();
  const patience = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(patience);
}
