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
import type { LoadLatency, LoadResults, Search } from '../runs/load-results.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { RESULTS_VERSION, type Results, type ScenarioResult } from '../runs/results.ts';
import { saveResults, verdictOf } from '../runs/run.ts';
import { type Ground, withGround } from '../runs/standing.ts';
import { durabilityOf } from '../stack/postgres/durability.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { reference } from '../targets/reference.ts';
import type { Target } from '../targets/target.ts';
import { attain } from './attainment.ts';
import { type LevelOutcome, playLevel } from './level.ts';
import { type Objective, parseObjective } from './objectives.ts';
import { describeAnswers, type Laid, type LoadWords, layPlan } from './options.ts';
import { metricsOf, totalOf, undone, zeros } from './outcome.ts';
import type { LoadPlan } from './plan.ts';
import { LOAD_SCENARIO } from './saturation.ts';
import { findLimit } from './search.ts';
import type { Series } from './series.ts';

export interface LoadOptions extends LoadWords {
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
  onPlan?(plan: { seed: number; command: string; folder: string; lines: readonly string[] }): void;
  /** A level begins: users, or users a second. */
  onLevel?(level: number, plan: LoadPlan): void;
  onSecond?(series: Series, plan: LoadPlan, workers: number): void;
}

export interface LoadRun {
  folder: RunFolder;
  results: Results;
}

/** What holds of a limit unless something else is asked for. */
const LIMIT_OBJECTIVES = ['lost == 0', 'goodput > 0.99'];
/** What breaks under load without anything being lost or untrue: the answer comes too late. */
const LIVENESS: ReadonlySet<string> = new Set(['eventual-end', 'timely-delivery']);

/** @throws HoldfastError of exit code 64 where the options make no sense; whatever comes later is in the results */
export async function load(
  options: LoadOptions,
  listener: LoadListener = {},
  signal: AbortSignal = interruption(),
): Promise<LoadRun> {
  const started = new Date();
  const { target = reference, bounds, profiles } = await loadConfig(options.config);
  const persistence = options.persistence ?? target.persistence[0]!;
  if (!target.persistence.includes(persistence)) {
    const known = target.persistence.join(', ');
    throw new HoldfastError('HF_UNKNOWN_NAME', { kind: 'way of persisting', name: persistence, known });
  }
  const seed = options.seed ?? randomInt(2 ** 32);
  const asked = options.objective ?? (options.findLimit ? LIMIT_OBJECTIVES : []);
  const objectives = asked.map(parseObjective);
  const laid = layPlan(options, {
    seed,
    persistence,
    capabilities: target.capabilities(persistence),
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    ...(profiles && { profiles }),
  });
  if (options.findLimit && laid.plan.arrivals.kind === 'trace')
    throw new HoldfastError('HF_USAGE', {
      what: '--find-limit cannot raise the load of a trace',
      command: 'load',
    });
  const folder = createRunFolder(options.out, seed, started);
  const command = commandOf(options, seed);
  listener.onPlan?.({ seed, command, folder: folder.path, lines: describePlan(laid, options.workers) });

  const run: Running = {
    options,
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
    played = await onGround(run);
  } catch (error) {
    failure = failureOf(error, signal);
  }
  const rows = played?.rows ?? [];
  const load = played ? resultsOf(run, played) : null;
  const skipped = played ? undone(played.plan, played.outcome.tallies, options.mix !== undefined) : [];
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

interface Running {
  options: LoadOptions;
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
    if (options.findLimit) return search(run, ground);
    const outcome = await level(run, ground, laid.plan, folder.path);
    return { plan: laid.plan, outcome, rows: outcome.rows, search: null };
  });
}

async function level(run: Running, ground: Ground, plan: LoadPlan, folder: string): Promise<LevelOutcome> {
  const { options, listener, signal, target, laid } = run;
  const file = openHistoryFile(join(folder, 'load.jsonl'));
  try {
    return await playLevel({
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
      onSecond: (series) => listener.onSecond?.(series, plan, options.workers),
    });
  } finally {
    file.close();
  }
}

async function search(run: Running, ground: Ground): Promise<Played> {
  const { laid, folder, listener } = run;
  const isClosed = laid.plan.arrivals.kind === 'closed';
  let last: { plan: LoadPlan; outcome: LevelOutcome } | undefined;
  const broken: ScenarioResult[] = [];
  let n = 0;
  const from = isClosed ? laid.plan.users : rateOf(laid.plan);
  const { levels, limit } = await findLimit(from, async (size) => {
    const plan = atLevel(laid.plan, size);
    listener.onLevel?.(size, plan);
    const path = join(folder.path, `level-${++n}-${size}`);
    mkdirSync(path);
    const outcome = await level(run, ground, plan, path);
    last = { plan, outcome };
    broken.push(...untrue(outcome.rows, size));
    const why = breaks(run, outcome);
    return { held: why === null, why };
  });
  const { plan, outcome } = last!;
  return {
    plan,
    outcome,
    rows: [...outcome.rows, ...broken.filter(({ play }) => !outcome.rows.some((row) => row.play === play))],
    search: { of: isClosed ? 'users' : 'users a second', levels, limit },
  };
}

/** Why a level did not hold; null where it did. */
function breaks({ objectives }: Running, outcome: LevelOutcome): string | null {
  const failed = outcome.rows.find(({ verdict }) => verdict === 'fail');
  if (failed) return `${failed.id}: ${failed.reason}`;
  if (outcome.saturated !== null) return `generator saturated: ${outcome.saturated}`;
  const measured = { latencies: outcome.series.latencies, total: totalOf(outcome.tallies) };
  const missed = attain(objectives, measured).find(({ verdict }) => verdict !== 'met');
  if (missed) return `${missed.objective}: ${missed.value === null ? 'no sample' : missed.value}`;
  const doubt = outcome.rows.find(({ verdict }) => verdict === 'unknown');
  return doubt ? `${doubt.id}: ${doubt.reason}` : null;
}

/** Being slow above the limit is what the search is for; losing something, or telling what is not so, is not. */
function untrue(rows: readonly ScenarioResult[], size: number): ScenarioResult[] {
  return rows
    .filter(({ checks }) => checks.some(({ id, verdict }) => verdict === 'fail' && !LIVENESS.has(id)))
    .map((row) => ({
      ...row,
      id: `${row.id}@${size}`,
      title: `${row.title}, at level ${size}`,
      play: `${row.play}@${size}`,
    }));
}

function rateOf({ arrivals }: LoadPlan): number {
  return arrivals.kind === 'closed' || arrivals.kind === 'trace' ? 1 : arrivals.rate;
}

function atLevel(plan: LoadPlan, size: number): LoadPlan {
  const { arrivals } = plan;
  if (arrivals.kind === 'closed') return { ...plan, users: size };
  if (arrivals.kind === 'trace') return plan;
  const factor = size / arrivals.rate;
  const to = 'to' in arrivals ? { to: arrivals.to * factor } : {};
  return { ...plan, arrivals: { ...arrivals, rate: size, ...to } as LoadPlan['arrivals'] };
}

function resultsOf({ laid, options, objectives, durability }: Running, played: Played): LoadResults {
  const { plan, outcome, search } = played;
  const { series, tallies, strikes, saturated } = outcome;
  const total = totalOf(tallies);
  const { visits, answers, refused, lost, passed, failed, unknown, measured, good } = total;
  const load = played.rows.find(({ id }) => id === LOAD_SCENARIO);
  if (load) load.metrics = metricsOf(series.latencies);
  return {
    plan: {
      profile: laid.profile,
      arrivals: laid.arrivals,
      users: plan.users,
      warmup: plan.warmup,
      duration: plan.duration,
      mix: { ...plan.mix },
      answers: describeAnswers(plan.answers),
      workers: options.workers,
    },
    counts: {
      visits,
      answers,
      refused,
      lost,
      passed,
      failed,
      unknown,
      measured,
      good,
      chunks: series.totals().chunks,
    },
    latencies: latenciesOf(series),
    objectives: attain(objectives, { latencies: series.latencies, total }),
    saturated,
    zeros: zeros(total),
    strikes,
    seconds: series.all(),
    search,
    durability,
  };
}

function latenciesOf({ latencies }: Series): Record<string, LoadLatency> {
  const encoded = latencies.encode();
  return Object.fromEntries(
    latencies.names().map((name) => {
      const { n, min, mean, max } = latencies.summary(name)!;
      const at = (quantile: number) => latencies.at(name, quantile)!;
      const ranks = { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999) };
      return [name, { n, min, mean, ...ranks, max, histogram: encoded[name]! }];
    }),
  );
}

function describePlan({ plan, faults, arrivals, profile }: Laid, workers: number): string[] {
  const mix = Object.entries(plan.mix)
    .filter(([, weight]) => weight > 0)
    .map(([id, weight]) => `${id}=${weight}`);
  const who =
    plan.arrivals.kind === 'closed' ? `${plan.users} users, always there` : `users come ${arrivals}`;
  return [
    `${profile === null ? '' : `${profile}: `}${who}, for ${plan.duration / 1_000} s after ${plan.warmup / 1_000} s of warm-up`,
    `they do: ${mix.join(', ')}`,
    `answers of ${describeAnswers(plan.answers)}; ${workers} worker processes`,
    ...(faults.length > 0
      ? [
          `faults: ${faults
            .slice(0, 8)
            .map(({ kind, at }) => `${kind} at ${at / 1_000} s`)
            .join(', ')}${faults.length > 8 ? `, … (${faults.length})` : ''}`,
        ]
      : []),
  ];
}

function failureOf(error: unknown, signal: AbortSignal): NonNullable<Results['failure']> {
  if (signal.aborted) return { code: INTERRUPTED, message: 'The run was interrupted.' };
  if (error instanceof HoldfastError) return { code: error.code, message: error.message };
  return {
    code: 'HF_INTERNAL',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** The command that repeats the run, word for word. */
function commandOf(options: LoadOptions, seed: number): string {
  const words = ['npx holdfast load'];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(`--${name}`, quote(String(value)));
  };
  const ms = (value: number | undefined) => (value === undefined ? undefined : `${value}ms`);
  add('profile', options.profile);
  add('users', options.users);
  add('duration', ms(options.duration));
  add('warmup', ms(options.warmup));
  add('arrivals', options.arrivals);
  add('rate', options.rate === undefined ? undefined : `${options.rate}/s`);
  add('mix', options.mix);
  add('chunks', options.chunks);
  add('gap', options.gap);
  for (const fault of options.fault ?? []) add('fault', fault);
  for (const objective of options.objective ?? []) add('objective', objective);
  if (options.findLimit) words.push('--find-limit');
  add('workers', options.workers);
  add('persistence', options.persistence);
  add('config', options.config);
  add('seed', seed);
  return words.join(' ');
}

function quote(word: string): string {
  return /^[\w./:,@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
