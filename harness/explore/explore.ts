/**
 * An exploration: programs drawn by chance are played and judged until one fails; that one is shortened.
 *
 *     seed ─▶ programs ─▶ plays, many at a time ─▶ all kept everything: pass
 *                               └▶ one failed ─▶ shorten ─▶ play again ─▶ found
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../errors.ts';
import { createSource } from '../history/index.ts';
import { nameOf, type Program } from '../programs/program.ts';
import { describeEnvironment } from '../runs/environment.ts';
import { createRunFolder, type RunFolder } from '../runs/folder.ts';
import { failureOf, type Run } from '../runs/run.ts';
import { type Ground, withGround } from '../runs/standing.ts';
import { examine } from './finding.ts';
import { playInLanes } from './lanes.ts';
import { EXPLORED_VERSION, type Explored, type Found } from './results.ts';
import { batchesOf } from './row.ts';
import { type Counter, createCounter } from './tally.ts';
import { abilitiesOf, discard, type Setting, type Trial, type Trials } from './trial.ts';
import { culpritOf } from './trouble.ts';

export interface ExploreOptions extends Omit<Setting, 'out'> {
  /** How many programs. */
  runs: number;
  /** Where the folder of the exploration is made. */
  out: string;
  /** Plays that shortening may take; default: what takes minutes. */
  budget?: number;
  /** Where what was found is kept as a file. */
  keep?: string;
  onProgress?(progress: Progress): void;
}

export interface Progress {
  done: number;
  total: number;
  current: string;
}

export interface Exploration {
  folder: RunFolder;
  results: Explored;
  /** The run in which what was found was played again. */
  run: Run | null;
}

const DOUBTS_KEPT = 20;

/**
 * Never rejects for what happens while it plays: a failure of the harness is part of the results.
 *
 * @throws HF_OUT_NOT_WRITABLE
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { out, seed, keep, target, persistence, defects = [], runs, signal, command } = options;
  const started = new Date();
  const folder = createRunFolder(out, seed, started);
  if (keep !== undefined) makeKeep(keep);
  const search: Search = {
    options,
    counter: createCounter(),
    played: 0,
    firstFailed: null,
    found: null,
    run: null,
    doubts: [],
    failure: null,
  };
  let postgres: string | null = null;
  const onGround = async (ground: Ground) => {
    postgres = `${ground.postgres.version} (${ground.postgres.provider})`;
    await goThrough(search, { ...options, ground, out: join(folder.path, 'plays') });
  };
  const recorder = createSource('ground', () => {});
  const logFile = join(folder.path, 'postgres.log');
  try {
    if (options.ground) await onGround(options.ground);
    else await withGround({ postgres: options.postgres, recorder, logFile }, onGround);
  } catch (error) {
    search.failure = failureOf(error, signal);
  }
  const { found, doubts, failure, played, firstFailed, counter } = search;
  if (found && keep !== undefined) found.file = keepFound(keep, found);
  const results: Explored = {
    version: EXPLORED_VERSION,
    run: folder.name,
    seed,
    command,
    verdict: found ? 'fail' : failure || doubts.length > 0 || played < runs ? 'unknown' : 'pass',
    startedAt: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    environment: describeEnvironment(postgres, target.name),
    persistence,
    defects: [...defects],
    programs: { asked: runs, played, firstFailed },
    tally: counter.tally(),
    found,
    doubts: doubts.slice(0, DOUBTS_KEPT),
    failure,
  };
  writeFileSync(join(folder.path, 'explored.json'), `${JSON.stringify(results, null, 2)}\n`);
  return { folder, results, run: search.run };
}

interface Search {
  options: ExploreOptions;
  counter: Counter;
  played: number;
  firstFailed: number | null;
  found: Found | null;
  run: Run | null;
  doubts: Explored['doubts'];
  failure: Explored['failure'];
}

async function goThrough(search: Search, setting: Setting): Promise<void> {
  const { runs, jobs, seed, signal } = search.options;
  const abilities = abilitiesOf(setting);
  for (const batch of batchesOf({ seed, runs, jobs, abilities })) {
    const played = await playInLanes(setting, batch);
    signal.throwIfAborted();
    for (const program of batch) search.counter.program(program);
    for (const { run } of played) await search.counter.run(run);
    search.played += batch.length;
    const failing = played.flatMap(({ trials }) => trials.filter(({ verdict }) => verdict === 'fail'));
    const word = failing.length > 0 ? 'fail' : verdictOf(played);
    tell(search, `${word}: programs ${search.played - batch.length + 1}–${search.played}`);
    if (failing.length > 0) return follow(search, setting, failing, batch);
    for (const each of played) {
      const culprit = await lookInto(search, setting, each);
      if (culprit) return follow(search, setting, [culprit], batch);
      if (search.failure) return;
    }
  }
}

const verdictOf = (played: readonly Trials[]) =>
  played.every(({ run }) => run.results.verdict === 'pass') ? 'pass' : 'unknown';

/** Books what is open of a run in which no program failed. @returns whose doing it was that its stack shows a failure */
async function lookInto(search: Search, setting: Setting, played: Trials): Promise<Trial | null> {
  const { programs, trials, trouble, run } = played;
  if (!trouble) {
    for (const trial of trials) if (trial.verdict !== 'pass') doubt(search, trial, trial.program);
    for (const { what, why } of run.results.skipped)
      doubt(search, { reason: `${what} was not played: ${why}` }, null);
    if (run.results.verdict === 'pass') discard(run);
    return null;
  }
  const culprit = await culpritOf(setting, programs);
  if (culprit?.verdict === 'fail') return culprit;
  doubt(search, culprit ?? trouble, culprit?.program ?? null);
  search.failure = run.results.failure;
  return null;
}

/** Of several that failed the shortest is followed; which came first is what a search is measured by. */
async function follow(
  search: Search,
  setting: Setting,
  failing: readonly Trial[],
  batch: readonly Program[],
): Promise<void> {
  const places = failing.map(({ program }) => batch.indexOf(program));
  search.firstFailed = search.played - batch.length + 1 + Math.min(...places);
  const shortest = failing.reduce((a, b) => (b.program.steps.length < a.program.steps.length ? b : a));
  tell(search, `${nameOf(shortest.program)} failed: ${shortest.failed.join(', ')}`);
  const { budget } = search.options;
  const { found, run } = await examine(setting, shortest, {
    ...(budget !== undefined && { budget }),
    onPlays: (plays, steps) => tell(search, `shortened to ${steps} steps after ${plays} plays`),
  });
  search.found = found;
  search.run = run;
}

function doubt({ doubts }: Search, { reason }: Pick<Trial, 'reason'>, program: Program | null): void {
  doubts.push({ name: program && nameOf(program), program, reason: reason ?? '' });
}

function tell({ options, played }: Search, current: string): void {
  options.onProgress?.({ done: played, total: options.runs, current });
}

function makeKeep(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new HoldfastError(
      'HF_OUT_NOT_WRITABLE',
      { path, what: (error as Error).message },
      { cause: error },
    );
  }
}

function keepFound(folder: string, { name, program, words, checkers }: Found): string {
  const path = join(folder, `${name}.json`);
  const about = `Broke ${checkers.join(', ')}: ${words.join('; ')}.`;
  writeFileSync(path, `${JSON.stringify({ about, ...program }, null, 2)}\n`);
  return path;
}
