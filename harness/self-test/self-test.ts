/**
 * `holdfast self-test`: the instrument is tested by what it must find. Every defect is planted by itself and played
 * with the scenario that brings it out; exactly the checkers that are written down must fail. Clean plays must pass,
 * and the canary must fail.
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HoldfastError } from '../errors.ts';
import { createSource } from '../history/index.ts';
import { runner } from '../runs/command.ts';
import { type Boundary, seedOf } from '../runs/draw.ts';
import { describeEnvironment } from '../runs/environment.ts';
import { INTERRUPTED } from '../runs/exit-codes.ts';
import { createRunFolder, type RunFolder } from '../runs/folder.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { type Results, STACK_SCENARIO } from '../runs/results.ts';
import { type Run, type RunOptions, run } from '../runs/run.ts';
import { withGround } from '../runs/standing.ts';
import { findBrowser } from '../stack/browser/find.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { reference } from '../targets/reference.ts';
import { compare } from './compare.ts';
import { patient } from './patient.ts';
import type { PlantedResult, SelfTestResults } from './results.ts';
import { type Task, tasksOf } from './tasks.ts';
import { createTurns } from './turns.ts';

export interface SelfTestOptions {
  /** Only these rows, by the defect; default: all, with the clean plays and the canary. */
  defects?: readonly string[];
  seed: number;
  /** Every scenario is played at an end of what may be drawn; default: the seed decides. */
  boundary?: Boundary;
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
  /** A run of its own is over, with what was found in it. */
  onTask?(task: { results: readonly PlantedResult[]; run: Run; done: number; tasks: number }): Promise<void>;
}

/** A run, and what was found in it, by scenario. */
interface Played {
  run: Run;
  results: PlantedResult[];
}

export interface SelfTest {
  folder: RunFolder;
  results: SelfTestResults;
}

/** @throws HF_UNKNOWN_NAME, HF_OUT_NOT_WRITABLE; what comes later is in the results */
export async function selfTest(options: SelfTestOptions): Promise<SelfTest> {
  const started = new Date();
  const tasks = tasksOf(options.defects);
  const folder = createRunFolder(options.out, options.seed, started);
  const { seed, command } = options;
  options.onPlan?.({ seed, command, folder: folder.path, tasks: tasks.length });
  const found: { task: Task; results: PlantedResult[] }[] = [];
  const browser = tasks.some(({ driver }) => driver === 'browser') ? await findBrowser('auto') : undefined;
  let postgres: string | null = null;
  const recorder = createSource('self-test', () => {});
  const logFile = join(folder.path, 'postgres.log');
  const shared = { postgres: options.postgres, recorder, logFile, ...(browser?.ok && { browser }) };
  const failure = await withGround(shared, async (ground) => {
    postgres = `${ground.postgres.version} (${ground.postgres.provider})`;
    const turns = createTurns(tasks, options.jobs);
    const worker = async () => {
      for (let task = turns.next(); task && !options.signal.aborted; task = turns.next()) {
        const standing = { ground, ...(browser && { browser }) };
        const played = await play(task, standing, folder.path, options).finally(() => turns.done(task!));
        found.push({ task, results: played.results });
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
      task.kind === kind ? found.filter((each) => each.task === task).flatMap(({ results }) => results) : [],
    );
  const results: SelfTestResults = {
    version: 1,
    run: folder.name,
    seed,
    command,
    verdict: verdictOf(
      found.flatMap(({ results }) => results),
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

async function play(
  task: Task,
  standing: Pick<RunOptions, 'ground' | 'browser'>,
  folder: string,
  options: SelfTestOptions,
): Promise<Played> {
  const { defect, driver, page, scenarios, expectation, jobs } = task;
  // One seed for all rows of a scenario would show each defect at the same place.
  const seed = options.defects ? options.seed : seedOf(options.seed, task.name);
  const at = options.boundary ? ` --boundary ${options.boundary}` : '';
  const commandFor = (scenario: string) =>
    defect === null
      ? `${runner('verify')} --scenario ${scenario} --driver ${driver} --text marked --seed ${seed}${at}`
      : options.commandOf(defect, seed);
  const played = await run({
    target: patient,
    scenarios,
    asked: true,
    drivers: [driver],
    persistence: [patient.persistence[0]!],
    seed,
    ...(options.boundary && { boundary: options.boundary }),
    repeat: options.repeat,
    jobs,
    resume: 'auto',
    ...(page && { pageMode: page }),
    bounds: DEFAULT_BOUNDS,
    text: 'marked',
    postgres: options.postgres,
    ...standing,
    defects: defect === null ? [] : [defect],
    out: join(folder, task.name),
    allowSkip: false,
    command: commandFor(scenarios.map(({ id }) => id).join(',')),
    signal: options.signal,
  });
  const results = scenarios.map(({ id }) => {
    const own = ofScenario(played.results, id);
    return {
      defect,
      scenario: id,
      driver,
      ...(page && { page }),
      expected: [...expectation.fails],
      ...compare(own, expectation),
      seed,
      command: commandFor(id),
      folder: relative(folder, played.folder.path),
      durationMs: scenarios.length === 1 ? own.durationMs : sumOf(own.scenarios, id),
    };
  });
  return { run: played, results };
}

/** As if it had been played by itself: what the stack shows in the end concerns all that was played on it. */
function ofScenario(results: Results, id: string): Results {
  return {
    ...results,
    scenarios: results.scenarios.filter((play) => play.id === id || play.id === STACK_SCENARIO),
    skipped: results.skipped.filter(({ what }) => what.startsWith(`${id} (`)),
  };
}

const sumOf = (plays: Results['scenarios'], id: string) =>
  plays.reduce((sum, play) => (play.id === id ? sum + play.durationMs : sum), 0);

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
