/**
 * `holdfast self-test`: the instrument is tested by what it must find. Every defect is planted by itself and played
 * with the scenario that brings it out; exactly the checkers that are written down must fail. Clean plays must pass,
 * and the canary must fail.
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import type { DriverName } from '../actors/driver.ts';
import { HoldfastError } from '../errors.ts';
import { createSource } from '../history/index.ts';
import { seedOf } from '../runs/draw.ts';
import { describeEnvironment } from '../runs/environment.ts';
import { INTERRUPTED } from '../runs/exit-codes.ts';
import { createRunFolder, type RunFolder } from '../runs/folder.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { type Run, type RunOptions, run } from '../runs/run.ts';
import type { AnyScenario } from '../runs/scenario.ts';
import { withGround } from '../runs/standing.ts';
import { findBrowser } from '../stack/browser/find.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { reference } from '../targets/reference.ts';
import { compare, type Expectation } from './compare.ts';
import type { PlantedResult, SelfTestResults } from './results.ts';
import { type Row, rows } from './rows.ts';

export interface SelfTestOptions {
  /** Only these rows, by the defect; default: all, with the clean plays and the canary. */
  defects?: readonly string[];
  seed: number;
  /** Every scenario is played so often, with other seeds. */
  repeat: number;
  /** How many stacks stand side by side. */
  jobs: number;
  postgres: ProviderName | 'auto';
  out: string;
  /** Repeats this self-test. */
  command: string;
  /** The command that plays one defect alone again. */
  commandOf(defect: string, seed: number): string;
  signal: AbortSignal;
  onPlan?(plan: { seed: number; command: string; folder: string; tasks: number }): void;
  /** A task is over. `run`: as if it had been played by itself, with its folder. */
  onTask?(task: { result: PlantedResult; run: Run; done: number; tasks: number }): Promise<void>;
}

/** One run, on a stack of its own, and what must come of it. */
interface Task {
  kind: 'planted' | 'clean' | 'canary';
  name: string;
  defect: string | null;
  scenarios: readonly AnyScenario[];
  driver: DriverName;
  expectation: Expectation;
}

export interface SelfTest {
  folder: RunFolder;
  results: SelfTestResults;
}

const NOTHING: Expectation = { fails: [], unjudged: [] };
const CANARY: Expectation = { fails: ['no-loss', 'prefix-order', 'convergence'], unjudged: [] };

/** @throws HF_UNKNOWN_NAME, HF_OUT_NOT_WRITABLE; what comes later is in the results */
export async function selfTest(options: SelfTestOptions): Promise<SelfTest> {
  const started = new Date();
  const tasks = tasksOf(options.defects);
  const folder = createRunFolder(options.out, options.seed, started);
  const { seed, command } = options;
  options.onPlan?.({ seed, command, folder: folder.path, tasks: tasks.length });
  const found: { task: Task; result: PlantedResult }[] = [];
  const browser = tasks.some(({ driver }) => driver === 'browser') ? await findBrowser('auto') : undefined;
  let postgres: string | null = null;
  const recorder = createSource('self-test', () => {});
  const logFile = join(folder.path, 'postgres.log');
  const failure = await withGround({ postgres: options.postgres, recorder, logFile }, async (ground) => {
    postgres = `${ground.postgres.version} (${ground.postgres.provider})`;
    const queue = tasks.values();
    const worker = async () => {
      for (const task of queue) {
        if (options.signal.aborted) return;
        const played = await play(task, { ground, ...(browser && { browser }) }, folder.path, options);
        found.push({ task, result: played.result });
        await options.onTask?.({ ...played, done: found.length, tasks: tasks.length });
      }
    };
    await Promise.all(Array.from({ length: options.jobs }, worker));
  }).then(
    () => (options.signal.aborted ? { code: INTERRUPTED, message: 'The self-test was interrupted.' } : null),
    (error: unknown) => failureOf(error),
  );
  const of = (kind: Task['kind']) =>
    tasks.flatMap((task) =>
      task.kind === kind ? found.filter((each) => each.task === task).map(({ result }) => result) : [],
    );
  const results: SelfTestResults = {
    version: 1,
    run: folder.name,
    seed,
    command,
    verdict: verdictOf(
      found.map(({ result }) => result),
      failure,
    ),
    startedAt: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    environment: describeEnvironment(postgres, reference.name),
    planted: of('planted'),
    clean: of('clean'),
    canary: of('canary'),
    failure,
  };
  writeFileSync(join(folder.path, 'self-test.json'), `${JSON.stringify(results, null, 2)}\n`);
  return { folder, results };
}

function tasksOf(defects: SelfTestOptions['defects']): Task[] {
  const known = rows.map(({ defect }) => defect);
  for (const name of defects ?? []) {
    if (!known.includes(name))
      throw new HoldfastError('HF_UNKNOWN_NAME', { kind: 'defect', name, known: known.join(', ') });
  }
  const planted = rows.filter(({ defect }) => defects?.includes(defect) ?? true).map(taskOf);
  if (defects) return planted;
  // What brings a defect out must pass without it.
  const needed = (id: string, by: DriverName) =>
    rows.some(({ scenario, driver = 'api' }) => scenario === id && driver === by);
  const clean = scenarios.filter(({ id, short, mustFail }) => !mustFail && (short || needed(id, 'api')));
  const shown = scenarios.filter(({ id }) => needed(id, 'browser'));
  return [
    ...clean.map((scenario) => control('clean', scenario, NOTHING)),
    ...shown.map((scenario) => control('clean', scenario, NOTHING, 'browser')),
    ...planted,
    ...scenarios.filter(({ mustFail }) => mustFail).map((scenario) => control('canary', scenario, CANARY)),
  ];
}

function control(
  kind: 'clean' | 'canary',
  scenario: AnyScenario,
  expectation: Expectation,
  driver: DriverName = 'api',
): Task {
  const name = `${kind}-${scenario.id}${driver === 'api' ? '' : `-${driver}`}`;
  return { kind, name, defect: null, scenarios: [scenario], driver, expectation };
}

function taskOf({ defect, scenario, driver = 'api', fails, unjudged = [] }: Row): Task {
  return {
    kind: 'planted',
    name: defect,
    defect,
    scenarios: scenarios.filter(({ id }) => id === scenario),
    driver,
    expectation: { fails, unjudged },
  };
}

async function play(
  task: Task,
  standing: Pick<RunOptions, 'ground' | 'browser'>,
  folder: string,
  options: SelfTestOptions,
): Promise<{ result: PlantedResult; run: Run }> {
  const { defect, driver, expectation } = task;
  // One seed for all rows of a scenario would show each defect at the same place.
  const seed = options.defects ? options.seed : seedOf(options.seed, task.name);
  const command =
    defect === null
      ? `npx holdfast verify --scenario ${task.scenarios[0]!.id} --driver ${driver} --seed ${seed}`
      : options.commandOf(defect, seed);
  const played = await run({
    target: reference,
    scenarios: task.scenarios,
    asked: true,
    drivers: [driver],
    persistence: [reference.persistence[0]!],
    seed,
    repeat: options.repeat,
    // A defect that mixes up what is played at the same time would show what nobody wrote down.
    jobs: 1,
    resume: 'auto',
    bounds: DEFAULT_BOUNDS,
    text: 'marked',
    postgres: options.postgres,
    ...standing,
    defects: defect === null ? [] : [defect],
    out: join(folder, task.name),
    allowSkip: false,
    command,
    signal: options.signal,
  });
  const found = compare(played.results, expectation);
  return {
    run: played,
    result: {
      defect,
      scenario: task.scenarios[0]!.id,
      driver,
      expected: [...expectation.fails],
      ...found,
      seed,
      command,
      folder: relative(folder, played.folder.path),
      durationMs: played.results.durationMs,
    },
  };
}

/** What was not played proves nothing; a harness that failed neither. */
function verdictOf(
  results: readonly PlantedResult[],
  failure: SelfTestResults['failure'],
): SelfTestResults['verdict'] {
  if (results.some(({ outcome }) => outcome === 'differs')) return 'fail';
  const all = results.length > 0 && results.every(({ outcome }) => outcome === 'exact');
  return all && !failure ? 'pass' : 'unknown';
}

function failureOf(error: unknown): NonNullable<SelfTestResults['failure']> {
  if (error instanceof HoldfastError) return { code: error.code, message: error.message };
  return { code: 'HF_INTERNAL', message: error instanceof Error ? (error.stack ?? '') : String(error) };
}
