/**
 * Everything that plays with one way of persisting run on.
 *
 *     devices ──▶ fault proxy ──▶ target ──▶ TCP link ──▶ a database of its own
 *                                       └──▶ TCP link ──▶ mock LLM
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldfastError } from '../errors.ts';
import { type Clocks, startClocks } from '../faults/clock/index.ts';
import { type FaultProxy, startFaultProxy } from '../faults/proxy.ts';
import { startTcpLink, type TcpLink } from '../faults/tcp-link.ts';
import type { GaugeEvent, Recorder, SendSeed } from '../history/index.ts';
import type { Surroundings, Target } from '../targets/target.ts';
import type { Guardian } from './guardian.ts';
import { lean } from './lean.ts';
import { connectLlm, type LlmControl } from './llm.ts';
import type { PostgresServer } from './postgres/provider.ts';
import { type Child, startProcess } from './processes.ts';
import { programBeside } from './programs.ts';
import { answersWell } from './ready.ts';
import { countSockets } from './sockets.ts';

export interface StackPlan {
  target: Target;
  persistence: string;
  /** Names of planted defects, for targets that have them. */
  defects: string[];
  /** Runs already, and goes on after the stack has stopped. */
  postgres: PostgresServer;
  /** The processes' logs are written there, as `<name>-<persistence>.log`. */
  runDir: string;
  recorder: Recorder;
  /** Who records the ledger of the mock LLM: per send, or of auxiliary calls (null). All of one source. */
  recorderFor(send: SendSeed | null): Recorder;
  guardian: Guardian;
  /** How much of the ledger is recorded, see LlmConnection. */
  ledger?: 'chunks' | 'calls';
  /** Under load: so many answers are asked for at a time. */
  answers?: number;
  /** The wall clocks of the target's processes can be moved, where it lets them; default: they are left alone. */
  clocks?: boolean;
  /** What the target reaches by a link, so that it can be cut off from it; default: both. Each byte costs the harness. */
  linked?: readonly Linked[];
  /** Told when a part ends although nobody asked it to: the stack proves nothing any more. */
  onDeath(error: HoldfastError): void;
}

export type Linked = 'database' | 'llm';

export interface Gauge {
  name: GaugeEvent['name'];
  value: number;
}

export interface Stack {
  /** The one that runs now, of several the first; `url` leads past the proxy. */
  readonly target: Child;
  /** Every instance of the target that was started and not retired, dead ones too, in order. */
  readonly instances: readonly Child[];
  llm: LlmControl;
  /** Origin of the mock LLM; leads past the link. */
  llmUrl: string;
  proxy: FaultProxy;
  links: { database: TcpLink; llm: TcpLink };
  /** What the target reaches by its link; of anything else a link does nothing. */
  readonly linked: ReadonlySet<Linked>;
  /** Has the target reach these by their links, too; where it does not it is started again, once what it does is done. */
  link(names: readonly Linked[], recorder?: Recorder): Promise<void>;
  /** Leads past the link. */
  databaseUrl: string;
  /** The server that the database is on. */
  postgres: PostgresServer;
  /** SIGKILL: resolves when the target is gone. `recorder` has the word on its process from then on. */
  killTarget(signal: NodeJS.Signals, recorder?: Recorder, instance?: number): Promise<void>;
  /** Starts it again, once it is gone, on another port; the proxy follows. The next one there is not yet is started. */
  restartTarget(recorder?: Recorder, instance?: number): Promise<void>;
  /**
   * Sets how far ahead (negative: behind) the wall clock of an instance is, ms: of what runs, and of what is started in
   * its place. Resolves when it is in force.
   *
   * @returns how many processes and threads have taken it; 0: it cannot be moved
   */
  setClock(ahead: number, instance?: number): Promise<number>;
  /** Whether an instance answers as one that serves; by its own origin. */
  isReady(origin: string): Promise<boolean>;
  /** Stops every instance but the first, and forgets them. */
  retireOthers(): Promise<void>;
  /** What must be back at its baseline when everything is over; what cannot be counted here is left out. */
  gauges(): Promise<Gauge[]>;
  /** Stops everything in order. May be called again. */
  stop(): Promise<void>;
}

const READY_MS = 60_000;
/** For one part to be taken down. */
const STEP_WITHIN = 20_000;
/** For a target to finish or mark what is running. */
const GRACE_MS = 5_000;
/** A ledger that broke off because its process died is told by the death, which says more. */
const DEATH_FIRST_MS = 1_500;

/** @throws HoldfastError that says which part did not start; nothing is left running then */
export async function startStack(plan: StackPlan): Promise<Stack> {
  const undo = new Undo();
  try {
    return await assemble(plan, undo);
  } catch (error) {
    // The reason why it did not start is worth more than what went wrong while tidying up.
    await undo.all().catch(() => {});
    throw error;
  }
}

async function assemble(plan: StackPlan, undo: Undo): Promise<Stack> {
  const { target: adapter, persistence, recorder } = plan;
  const link = async (name: string, upstream: URL) => {
    const host = upstream.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(upstream.port || 5432);
    return undo.with(await startTcpLink({ name, upstream: { host, port }, recorder }), (it) => it.close());
  };

  const database = undo.with(await plan.postgres.createDatabase(), (it) => it.drop());
  const databaseLink = await link('database', new URL(database.url));

  const llmProcess = undo.with(await startMockLlm(plan), (it) => it.stop());
  const llm = undo.with(
    await connectLlm({
      url: llmProcess.url,
      recorderFor: plan.recorderFor,
      ...(plan.ledger && { ledger: plan.ledger }),
      onLost: (error) => setTimeout(() => plan.onDeath(error), DEATH_FIRST_MS).unref(),
    }),
    async (it) => it.close(),
  );
  const llmLink = await link('llm', new URL(llmProcess.url));

  const linked = new Set<Linked>(plan.linked ?? ['database', 'llm']);
  const llmUrl = `${llmProcess.url}/v1`;
  const surroundings = (): Surroundings => ({
    databaseUrl: linked.has('database') ? through(databaseLink, database.url) : database.url,
    llmUrl: linked.has('llm') ? through(llmLink, llmUrl) : llmUrl,
    persistence,
    defects: plan.defects,
  });
  const clocks =
    plan.clocks && adapter.capabilities(persistence).clock
      ? undo.with(await startClocks(), (it) => it.close())
      : undefined;
  const dependencies = () => {
    const { databaseUrl, llmUrl: toLlm } = surroundings();
    return [databaseUrl, toLlm].map((url) => Number(new URL(url).port || 5432));
  };
  await adapter.prepare?.({ ...surroundings(), databaseUrl: database.url });
  const start = (by: Recorder, instance: number) => startTarget(plan, surroundings(), by, instance, clocks);
  const instances = [await start(recorder, 0)];
  undo.add(() => Promise.all(instances.map((each) => each.stop(GRACE_MS))));
  const proxy = undo.with(
    await startFaultProxy({
      // Who was led to one that is retired is led to the first.
      upstream: (instance) => (instances[instance] ?? instances[0]!).url,
      framing: adapter.framing,
      decode: adapter.decode,
      recorder,
    }),
    (it) => it.close(),
  );

  async function restartTarget(by = recorder, instance = 0): Promise<void> {
    await instances[instance]?.stop(GRACE_MS);
    instances[instance] = await start(by, instance);
  }

  return {
    get target() {
      return instances[0]!;
    },
    instances,
    llm,
    llmUrl: llmProcess.url,
    proxy,
    links: { database: databaseLink, llm: llmLink },
    databaseUrl: database.url,
    postgres: plan.postgres,
    killTarget: (signal, by, instance = 0) =>
      instances[instance]!.kill(signal, { planned: true, ...(by && { recorder: by }) }),
    restartTarget,
    linked,
    async link(names, by = recorder) {
      if (names.every((name) => linked.has(name))) return;
      for (const name of names) linked.add(name);
      for (const instance of instances.keys()) await restartTarget(by, instance);
    },
    setClock: async (ahead, instance = 0) => (await clocks?.set(nameOf(instance), ahead)) ?? 0,
    isReady: (origin) => answersWell(origin, adapter.ready),
    async retireOthers() {
      await Promise.all(instances.splice(1).map((each) => each.stop(GRACE_MS)));
    },
    async gauges() {
      const values: [GaugeEvent['name'], number | undefined][] = [
        ['llm-calls', await llm.active()],
        // Its pools are no leak: connections to the database are counted by themselves, idle ones to the LLM are kept.
        ['target-sockets', socketsOf(instances, [...dependencies(), ...(clocks ? [clocks.port] : [])])],
        ['database-connections', await databaseConnections(adapter, database.url)],
      ];
      return values.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
    },
    stop: () => undo.all(),
  };
}

/**
 * Under load the ledger is followed as it is written: so many events are some 15 s of a machine's worth, and neither they nor
 * the calls make the memory of the LLM grow for minutes until as many are there as it would keep.
 */
const KEPT_UNDER_LOAD = ['--keep-events', '200000', '--keep-calls', '1000'];

function startMockLlm({
  persistence,
  runDir,
  recorder,
  guardian,
  onDeath,
  ledger,
  answers = 0,
}: StackPlan): Promise<Child> {
  const underLoad = ledger === 'calls';
  const { flags, env } = lean(answers);
  return startProcess({
    name: 'llm',
    command: process.execPath,
    args: [
      ...(underLoad ? flags : []),
      programBeside(import.meta.url, '../../mock-llm/main'),
      ...(underLoad ? KEPT_UNDER_LOAD : []),
    ],
    env: { PATH: process.env.PATH, ...(underLoad && env) },
    listening: /"listening":"([^"]+)"/,
    readyMs: READY_MS,
    logFile: join(runDir, `llm-${persistence}.log`),
    recorder,
    guardian,
    onDeath,
  });
}

function startTarget(
  plan: StackPlan,
  surroundings: Surroundings,
  recorder: Recorder,
  instance: number,
  clocks: Clocks | undefined,
): Promise<Child> {
  const { target: adapter, persistence, runDir, guardian, onDeath } = plan;
  const { command, args, env, listening } = adapter.launch(surroundings);
  const name = nameOf(instance);
  const given = { ...process.env, ...env };
  return startProcess({
    name,
    command,
    args,
    env: { ...given, ...clocks?.env(name, given) },
    listening,
    ready: (origin) => answersWell(origin, adapter.ready),
    readyMs: READY_MS,
    logFile: join(runDir, `${name}-${persistence}.log`),
    recorder,
    guardian,
    onDeath,
  });
}

const nameOf = (instance: number) => (instance === 0 ? 'target' : `target-${instance + 1}`);

/** Of all of them together; undefined where the system does not tell. */
function socketsOf(instances: readonly Child[], except: readonly number[]): number | undefined {
  return instances.reduce<number | undefined>((sum, { pid }) => {
    const count = countSockets(pid, except);
    return sum === undefined || count === undefined ? undefined : sum + count;
  }, 0);
}

async function databaseConnections(adapter: Target, databaseUrl: string): Promise<number | undefined> {
  const probe = await adapter.probe?.(databaseUrl);
  try {
    return await probe?.connections();
  } finally {
    await probe?.close();
  }
}

function through(link: TcpLink, url: string): string {
  const led = new URL(url);
  led.hostname = '127.0.0.1';
  led.port = String(link.port);
  return led.href;
}

/** What was started, to be stopped in the reverse order. */
class Undo {
  readonly #steps: (() => Promise<unknown>)[] = [];

  #undone: Promise<void> | undefined;

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  with<T>(started: T, stop: (started: T) => Promise<unknown>): T {
    this.add(() => stop(started));
    return started;
  }

  /** Takes every step once, whatever happens to the others. @throws what the first failed step threw */
  all(): Promise<void> {
    this.#undone ??= this.#undo();
    return this.#undone;
  }

  async #undo(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      // What hangs is left to the guardian, which asks nobody.
      const late = sleep(STEP_WITHIN, undefined, { ref: false });
      await Promise.race([step(), late]).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
