/** A whole run: a stack for each way of persisting, its plays side by side, one history, one set of results. */
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverName } from '../actors/driver.ts';
import { Stalls } from '../checkers/stalls.ts';
import { HoldfastError } from '../errors.ts';
import {
  type Bounds,
  createSource,
  type HistoryFile,
  openHistoryFile,
  type Recorder,
  type SendSeed,
  type SendSpec,
} from '../history/index.ts';
import type { Found } from '../stack/browser/find.ts';
import type { Guardian } from '../stack/guardian.ts';
import type { PostgresServer, ProviderName } from '../stack/postgres/provider.ts';
import type { Stack, StackPlan } from '../stack/stack.ts';
import type { PageMode } from '../targets/page.ts';
import type { Target } from '../targets/target.ts';
import { artifactsFolder, withArtifacts } from './artifacts.ts';
import type { Boundary } from './draw.ts';
import { type Drivers, withDrivers } from './drivers.ts';
import { describeEnvironment } from './environment.ts';
import { INTERRUPTED } from './exit-codes.ts';
import { createRunFolder, type RunFolder } from './folder.ts';
import { createJudgement } from './judgement.ts';
import type { PlayPlan } from './plan.ts';
import { play } from './play.ts';
import { planRun } from './plays.ts';
import {
  RESULTS_VERSION,
  type Results,
  type ScenarioResult,
  type Skipped,
  STACK_SCENARIO,
} from './results.ts';
import type { AnyScenario } from './scenario.ts';
import { shareProbe } from './shared-probe.ts';
import { createStackPlay, STACK_TITLE } from './stack-play.ts';
import { watchStalls } from './stalls.ts';
import { type Ground, withGround, withStack } from './standing.ts';
import { starvationOf, tellStarvation } from './starvation.ts';
import { createWave, type Wave } from './wave.ts';

export interface RunOptions {
  target: Target;
  scenarios: readonly AnyScenario[];
  /** They were asked for by name: what the target or a driver cannot play of them then makes the run `unknown`. */
  asked: boolean;
  drivers: readonly DriverName[];
  /** The browser that was found, or why none was; default: none was looked for. */
  browser?: Found;
  persistence: readonly string[];
  seed: number;
  repeat: number;
  /** How many plays go on side by side. */
  jobs: number;
  resume: 'auto' | 'stream' | 'poll';
  /** How pages show text; default: the first of the target's modes. */
  pageMode?: PageMode;
  bounds: Bounds;
  postgres: ProviderName | 'auto';
  /** Stands already and goes on afterwards; default: the run has one to itself. */
  ground?: Ground;
  /** How all answers are written; default: the seed decides for each. */
  text?: SendSpec['mode'];
  /**
   * Absences that scenarios give in ms, and the gaps between chunks, are so many times shorter; default: 1. For
   * proofs by repetition: what takes a time that the contract names is then not judged by that time.
   */
  haste?: number;
  /** All plays are at an end of what may be drawn; default: the seed decides. */
  boundary?: Boundary;
  /** Planted in the target, by name. */
  defects?: readonly string[];
  /** Where run folders are made. */
  out: string;
  allowSkip: boolean;
  /** Repeats this run. */
  command: string;
  signal: AbortSignal;
  /** Everything that follows from the seed, before anything happens. */
  onPlan?(plan: { seed: number; command: string; folder: string; plays: readonly PlayPlan[] }): void;
  /** `done` of `plays` are over; `play` has just begun, or ended after so many `ms`. */
  onPlay?(progress: { play: string; done: number; plays: number; ms?: number }): void;
}

export interface Run {
  folder: RunFolder;
  results: Results;
}

/**
 * Never rejects for what happens during the run: a failure of the harness is part of the results.
 *
 * @throws HF_OUT_NOT_WRITABLE
 */
export async function run(options: RunOptions): Promise<Run> {
  const started = new Date();
  const { plans, skipped } = planRun(options);
  const folder = createRunFolder(options.out, options.seed, started);
  options.onPlan?.({ seed: options.seed, command: options.command, folder: folder.path, plays: plans });

  const judgement = createJudgement();
  const file = openHistoryFile(join(folder.path, 'history.jsonl'));
  const stalls = new Stalls();
  const run: Running = {
    options,
    folder,
    plans,
    file,
    sink: tee(file, judgement.push, stalls),
    stalls,
    postgres: null,
    browser: null,
    done: 0,
    names: 0,
  };
  const failure = await attempt(run).then(
    () => null,
    (error: unknown) => failureOf(error, options.signal),
  );
  file.close();

  const titles = new Map(options.scenarios.map(({ id, title }) => [id, title]));
  titles.set(STACK_SCENARIO, STACK_TITLE);
  const scenarios = withArtifacts(folder.path, judgement.scenarios(titles), true);
  const results: Results = {
    version: RESULTS_VERSION,
    run: folder.name,
    seed: options.seed,
    command: options.command,
    verdict: verdictOf(scenarios, skipped, failure),
    startedAt: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    environment: describeEnvironment(run.postgres, options.target.name, run.browser),
    defects: [...(options.defects ?? [])],
    scenarios,
    skipped,
    flaws: [],
    failure,
    load: null,
  };
  saveResults(folder.path, results);
  return { folder, results };
}

export function saveResults(folder: string, results: Results): void {
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
}

/** `fail` > `unknown` > `pass`; nothing played, something skipped or a harness that failed is never a pass. */
export function verdictOf(
  scenarios: readonly ScenarioResult[],
  skipped: readonly Skipped[],
  failure: Results['failure'],
): Results['verdict'] {
  if (scenarios.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const played = scenarios.some(({ id }) => id !== STACK_SCENARIO);
  const open =
    scenarios.some(({ verdict }) => verdict === 'unknown') || skipped.some(({ allowed }) => !allowed);
  return failure || open || !played ? 'unknown' : 'pass';
}

/** How long the news of a process's death may take, ms: more than its last output needs to drain. */
const DEATH_TOLD_WITHIN = 2_000;

/** What a run has at hand while it goes on. */
interface Running {
  options: RunOptions;
  folder: RunFolder;
  plans: PlayPlan[];
  file: HistoryFile;
  sink: HistoryFile['sink'];
  stalls: Stalls;
  postgres: string | null;
  browser: string | null;
  done: number;
  names: number;
}

function tee(file: HistoryFile, judge: HistoryFile['sink'], stalls: Stalls): HistoryFile['sink'] {
  return (event) => {
    file.sink(event);
    judge(event);
    if (event.type === 'stall') stalls.add(event.from, event.t);
  };
}

async function attempt(run: Running): Promise<void> {
  const { options, folder, sink } = run;
  const recorder = createSource('harness', sink);
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  const interrupted = () => death.reject(options.signal.reason);
  options.signal.throwIfAborted();
  options.signal.addEventListener('abort', interrupted, { once: true });
  const { signal, postgres } = options;
  const onDeath = death.reject;
  // An error that nobody caught is the harness's failure; the run ends by it in order, with what it has seen.
  process.on('uncaughtException', death.reject);
  process.on('unhandledRejection', death.reject);
  const stopWatching = watchStalls(recorder);
  try {
    const onGround = async ({ guardian, postgres, death: fallen, browser: shared }: Ground) => {
      fallen.catch(onDeath);
      run.postgres = `${postgres.version} (${postgres.provider})`;
      const { browser } = options;
      const needed = browser?.ok && run.plans.some(({ driver }) => driver === 'browser');
      const used = needed ? (shared ?? browser.executable) : undefined;
      if (needed) run.browser = `${browser.why} (${browser.provider})`;
      const source = (name: string) => createSource(name, sink);
      const artifacts = (play: string) => artifactsFolder(folder.path, play);
      await withDrivers({ browser: used, source, artifacts, guardian, recorder, onDeath }, (drivers) =>
        onStacks(guardian, postgres, drivers),
      );
    };
    const onStacks = async (guardian: Guardian, postgres: PostgresServer, drivers: Drivers) => {
      for (const persistence of options.persistence) {
        const plans = run.plans.filter((plan) => plan.persistence === persistence);
        if (plans.length === 0) continue;
        const plan: StackPlan = {
          guardian,
          postgres,
          target: options.target,
          persistence,
          defects: [...(options.defects ?? [])],
          clocks: true,
          // What goes on side by side strikes at none of them.
          ...(plans.some((plan) => !isAlone(plan)) && { linked: [] }),
          runDir: folder.path,
          recorder: recorder.forPlay(`${persistence}/${STACK_SCENARIO}`),
          recorderFor: ledgerOf(plans, createSource(`llm-${persistence}`, sink)),
          onDeath,
        };
        await withStack(plan, (stack) => {
          const plays = blaming(death.promise, playAll(run, stack, plans, drivers, recorder));
          return Promise.race([plays, death.promise]);
        });
      }
    };
    if (options.ground) await onGround(options.ground);
    else await withGround({ postgres, recorder, logFile: join(folder.path, 'postgres.log') }, onGround);
  } finally {
    stopWatching();
    process.off('uncaughtException', death.reject);
    process.off('unhandledRejection', death.reject);
    signal.removeEventListener('abort', interrupted);
  }
}

/** Which play an entry of the ledger belongs to, by its send. */
function ledgerOf(plans: readonly PlayPlan[], ledger: Recorder): StackPlan['recorderFor'] {
  const plays = new Map<SendSeed, Recorder>();
  for (const { play, event } of plans)
    for (const { seed } of event.sends) plays.set(seed, ledger.forPlay(play));
  return (send) => (send === null ? ledger : (plays.get(send) ?? ledger));
}

async function playAll(
  run: Running,
  stack: Stack,
  plans: PlayPlan[],
  drivers: Drivers,
  recorder: Recorder,
): Promise<void> {
  const { options } = run;
  const { persistence } = plans[0]!;
  const about = { persistence, seed: options.seed, target: options.target, bounds: options.bounds };
  const stackPlay = createStackPlay(stack, recorder.forPlay(`${persistence}/${STACK_SCENARIO}`), about);
  await stackPlay.baseline();
  const probe = shareProbe(options.target, stack.databaseUrl);
  const kept = new Agent({ keepAlive: true });
  const starved = starvationOf(() => stack.instances.map(({ pid }) => pid));
  const stopTelling = tellStarvation(recorder, starved);
  const one = async (plan: PlayPlan, wave?: Wave) => {
    const began = Date.now();
    const tell = (ended: { ms?: number }) =>
      options.onPlay?.({ play: plan.play, done: run.done, plays: run.plans.length, ...ended });
    tell({});
    await play({
      plan,
      stack,
      target: options.target,
      recorder: recorder.forPlay(plan.play),
      driver: drivers[plan.driver]!,
      resume: options.resume,
      haste: options.haste ?? 1,
      probe,
      kept,
      starved,
      stalls: run.stalls,
      ...(wave && { wave: { together: wave.together, recorder } }),
      name: (kind) => `${kind}-${++run.names}`,
    });
    run.done++;
    tell({ ms: Date.now() - began });
  };
  const alone = plans.filter(isAlone);
  try {
    await sideBySide(
      plans.filter((plan) => !isAlone(plan)),
      options.jobs,
      (plan) => one(plan),
    );
    if (alone.length > 0 && alone.length < plans.length) {
      kept.destroy();
      await stackPlay.settle();
      await stack.link(['database', 'llm']);
    }
    for (const plays of Map.groupBy(alone, waveOf).values()) {
      const wave = createWave(plays.length);
      await sideBySide(plays, plays.length, (plan) => one(plan, wave).finally(wave.leave));
    }
  } finally {
    stopTelling();
    kept.destroy();
    await probe?.close();
  }
  await stackPlay.end();
}

/** It may do things to the stack that others would feel. */
const isAlone = ({ scenario }: PlayPlan) => scenario.alone === true || scenario.wave !== undefined;

/** What is played at the same time, where a play is not for being played beside just any other. */
function waveOf({ play, scenario, repetition }: PlayPlan): string {
  return scenario.wave === undefined ? play : `${scenario.wave}/${repetition}`;
}

/** A play that stumbles over a process that has just died is told by that death, which is known a moment later. */
async function blaming(death: Promise<never>, plays: Promise<void>): Promise<void> {
  try {
    await plays;
  } catch (error) {
    await Promise.race([death, sleep(DEATH_TOLD_WITHIN)]);
    throw error;
  }
}

async function sideBySide<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
}

export function failureOf(error: unknown, signal: AbortSignal): NonNullable<Results['failure']> {
  if (signal.aborted) return { code: INTERRUPTED, message: 'The run was interrupted.' };
  if (error instanceof HoldfastError) return { code: error.code, message: error.message };
  return {
    code: 'HF_INTERNAL',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
