/** `holdfast load`: from the words of a command line to a run, its verdict and its results. */
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config.ts';
import { HoldfastError } from '../errors.ts';
import { createSource, openHistoryFile } from '../history/index.ts';
import { describeEnvironment } from '../runs/environment.ts';
import { INTERRUPTED } from '../runs/exit-codes.ts';
import { createRunFolder, type RunFolder } from '../runs/folder.ts';
import { interruption } from '../runs/interruption.ts';
import type { Search } from '../runs/load-results.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { RESULTS_VERSION, type Results, type ScenarioResult, type Skipped } from '../runs/results.ts';
import { saveResults, verdictOf } from '../runs/run.ts';
import { type Ground, withGround } from '../runs/standing.ts';
import { durabilityOf } from '../stack/postgres/durability.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import type { Stack } from '../stack/stack.ts';
import { measured } from '../targets/reference.ts';
import type { Target } from '../targets/target.ts';
import { unknownName } from '../unknown-name.ts';
import type { Engine } from './engines/engine.ts';
import { engineOf } from './engines/index.ts';
import { bearable } from './faults.ts';
import { type LevelOutcome, playLevel } from './level.ts';
import { LIMIT_OBJECTIVES, playToLimit } from './limit.ts';
import { type Objective, parseObjective } from './objectives.ts';
import { type Laid, type LoadWords, layPlan } from './options.ts';
import { undone } from './outcome.ts';
import type { LoadPlan } from './plan.ts';
import type { Series } from './series.ts';
import { loadResultsOf } from './summing.ts';
import { commandOf, describePlan } from './telling.ts';

export interface LoadOptions extends LoadWords {
  /** Who lets the users in; default: `own`. */
  engine?: string;
  /** Where the engine is not there, the own one plays in its place. */
  allowSkip?: boolean;
  objective?: readonly string[];
  findLimit?: boolean;
  workers: number;
  persistence?: string;
  seed?: number;
  postgres: ProviderName | 'auto';
  config?: string;
  out: string;
  /** Names of defects planted in the target; for holdfast's own tests. */
  defects?: readonly string[];
}

export interface LoadListener {
  /** Something takes long before the run begins. */
  onNote?(line: string): void;
  onPlan?(plan: { seed: number; command: string; folder: string; lines: readonly string[] }): void;
  /** A level begins: users, or users a second. */
  onLevel?(level: number, plan: LoadPlan): void;
  /** A stack runs, and nobody has come yet. */
  onStack?(stack: Stack): void;
  onSecond?(series: Series, plan: LoadPlan, workers: number): void;
}

export interface LoadRun {
  folder: RunFolder;
  results: Results;
}

/** @throws HoldfastError of exit code 64 where the options make no sense; whatever comes later is in the results */
export async function load(
  options: LoadOptions,
  listener: LoadListener = {},
  signal: AbortSignal = interruption(),
): Promise<LoadRun> {
  const started = new Date();
  const { target = measured, bounds, profiles } = await loadConfig(options.config);
  const persistence = options.persistence ?? target.persistence[0]!;
  if (!target.persistence.includes(persistence)) {
    throw unknownName('way of persisting', persistence, target.persistence);
  }
  const seed = options.seed ?? randomInt(2 ** 32);
  const asked = options.objective ?? (options.findLimit ? LIMIT_OBJECTIVES : []);
  const objectives = asked.map(parseObjective);
  const { engine, missing } = await chooseEngine(options, listener);
  const laid = layPlan(options, {
    engine,
    seed,
    persistence,
    capabilities: target.capabilities(persistence),
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    ...(profiles && { profiles }),
  });
  bearable(laid.faults, target.capabilities(persistence));
  if (options.findLimit && laid.plan.arrivals.kind === 'trace')
    throw new HoldfastError('HF_USAGE', {
      what: '--find-limit cannot raise the load of a trace',
      command: 'load',
    });
  const { plan, faults } = laid;
  const refusal = engine.refuses({ plan, faults, target });
  if (refusal !== null)
    throw new HoldfastError('HF_USAGE', { what: `--engine ${engine.id} ${refusal}`, command: 'load' });
  const folder = createRunFolder(options.out, seed, started);
  const command = commandOf(options, seed);
  listener.onPlan?.({
    seed,
    command,
    folder: folder.path,
    lines: describePlan(laid, engine.id, options.workers),
  });

  const run: Running = {
    options,
    engine,
    listener,
    signal,
    target,
    laid,
    objectives,
    folder,
    postgres: null,
    durability: null,
  };
  let played: Played | null = null;
  let failure: Results['failure'] = null;
  try {
    if (missing?.allowed !== false) played = await onGround(run);
  } catch (error) {
    failure = failureOf(error, signal);
  }
  const rows = played?.rows ?? [];
  const { workers } = options;
  const { durability } = run;
  const load = played ? loadResultsOf({ ...played, laid, workers, objectives, durability }) : null;
  const idle = played ? undone(engine, played.plan, played.outcome.tallies, options.mix !== undefined) : [];
  const skipped = [...(missing ? [missing] : []), ...idle];
  const held = verdictOf(rows, skipped, failure);
  const unsure = load?.objectives.some(({ verdict }) => verdict === 'unknown') ?? false;
  const results = {
    version: RESULTS_VERSION,
    run: folder.name,
    seed,
    command,
    // A figure that was asked for and has no sample leaves something open.
    verdict: held === 'pass' && unsure ? ('unknown' as const) : held,
    startedAt: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    environment: describeEnvironment(run.postgres, target.name),
    defects: [],
    scenarios: rows,
    skipped,
    flaws: [],
    failure,
    load,
  } satisfies Results;
  saveResults(folder.path, results);
  return { folder, results };
}

/** What was asked for and cannot be had is skipped and said so; where that is allowed, the own engine plays instead. */
async function chooseEngine(
  options: LoadOptions,
  listener: LoadListener,
): Promise<{ engine: Engine; missing: Skipped | null }> {
  const engine = engineOf(options.engine ?? 'own');
  const found = await engine.find((line) => listener.onNote?.(line));
  if (found.ok) return { engine, missing: null };
  const allowed = options.allowSkip ?? false;
  const why = allowed ? `${found.why}; the own engine played in its place` : found.why;
  const missing = { what: `load by ${engine.id}`, why, allowed };
  return { engine: allowed ? engineOf('own') : engine, missing };
}

interface Running {
  options: LoadOptions;
  engine: Engine;
  listener: LoadListener;
  signal: AbortSignal;
  target: Target;
  laid: Laid;
  objectives: Objective[];
  folder: RunFolder;
  postgres: string | null;
  durability: Record<string, string> | null;
}

interface Played {
  plan: LoadPlan;
  outcome: LevelOutcome;
  rows: ScenarioResult[];
  search: Search | null;
}

async function onGround(run: Running): Promise<Played> {
  const { options, folder, laid } = run;
  // PostgreSQL is older than any level, and so has a history of its own.
  const recorder = createSource('ground', () => {});
  const logFile = join(folder.path, 'postgres.log');
  return withGround({ postgres: options.postgres, recorder, logFile }, async (ground) => {
    run.postgres = `${ground.postgres.version} (${ground.postgres.provider})`;
    run.durability = await durabilityOf(ground.postgres.adminUrl);
    if (options.findLimit) {
      return playToLimit({
        plan: laid.plan,
        objectives: run.objectives,
        play(plan, size, n) {
          run.listener.onLevel?.(size, plan);
          const path = join(folder.path, `level-${n}-${size}`);
          mkdirSync(path);
          return level(run, ground, plan, path);
        },
      });
    }
    const outcome = await level(run, ground, laid.plan, folder.path);
    return { plan: laid.plan, outcome, rows: outcome.rows, search: null };
  });
}

async function level(run: Running, ground: Ground, plan: LoadPlan, folder: string): Promise<LevelOutcome> {
  const { options, engine, listener, signal, target, laid } = run;
  const file = openHistoryFile(join(folder, 'load.jsonl'));
  try {
    return await playLevel({
      engine,
      plan,
      target,
      defects: options.defects ?? [],
      faults: laid.faults,
      workers: options.workers,
      config: options.config ?? null,
      ground,
      folder,
      sink: file.sink,
      signal,
      onStack: (stack) => listener.onStack?.(stack),
      onSecond: (series) => listener.onSecond?.(series, plan, options.workers),
    });
  } finally {
    file.close();
  }
}

function failureOf(error: unknown, signal: AbortSignal): NonNullable<Results['failure']> {
  if (signal.aborted) return { code: INTERRUPTED, message: 'The run was interrupted.' };
  if (error instanceof HoldfastError) return { code: error.code, message: error.message };
  return {
    code: 'HF_INTERNAL',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
