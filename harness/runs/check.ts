/** `holdfast check`: judges a stored run again. What is stored of results is compared with, never trusted. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { scenarios as shipped } from '../../scenarios/index.ts';
import { HoldfastError } from '../errors.ts';
import { withArtifacts } from './artifacts.ts';
import { runner } from './command.ts';
import { describeEnvironment } from './environment.ts';
import { judgeFile } from './judgement.ts';
import { RESULTS_VERSION, type Results, STACK_SCENARIO } from './results.ts';
import { verdictOf } from './run.ts';
import { STACK_TITLE } from './stack-play.ts';

export interface Check {
  results: Results;
  /** Whether it is the verdict of when the run was played, in words; null where none is stored. */
  agreement: string | null;
}

/** @throws HF_NO_RUN */
export async function check(run: string): Promise<Check> {
  const folder = resolve(run);
  const history = join(folder, 'history.jsonl');
  if (!existsSync(history)) {
    const what = existsSync(join(folder, 'load.jsonl'))
      ? 'it is of a load, whose history keeps no chunks and cannot be judged again'
      : 'there is no history.jsonl in it';
    throw new HoldfastError('HF_NO_RUN', { path: run, what });
  }
  const titles = new Map(shipped.map(({ id, title }) => [id, title]));
  titles.set(STACK_SCENARIO, STACK_TITLE);
  const { scenarios: judgedScenarios, flaws, ...said } = await judgeFile(history, titles);
  const scenarios = withArtifacts(folder, judgedScenarios, false);
  const stored = storedResults(folder);
  const damaged = flaws.some(({ flaw }) => flaw !== 'cut-off-line');
  const judged = new Set(scenarios.map(({ play }) => play));
  const missing = (stored?.scenarios ?? []).filter(({ play }) => !judged.has(play));
  const verdict = verdictOf(scenarios, stored?.skipped ?? [], stored?.failure ?? null);
  const results: Results = {
    version: RESULTS_VERSION,
    run: basename(folder),
    seed: stored?.seed ?? said.seed ?? 0,
    command: stored?.command ?? `${runner('check')} ${run}`,
    // A run of which results were never written was cut short: what it has not got to, it has not passed.
    verdict: verdict === 'pass' && (damaged || !stored || missing.length > 0) ? 'unknown' : verdict,
    startedAt: stored?.startedAt ?? said.startedAt ?? new Date(0).toISOString(),
    durationMs: stored?.durationMs ?? 0,
    environment: stored?.environment ?? describeEnvironment(null, said.target ?? 'unknown'),
    defects: stored?.defects ?? [],
    scenarios,
    skipped: stored?.skipped ?? [],
    flaws,
    failure: stored?.failure ?? null,
    load: null,
  };
  return { results, agreement: stored ? agreement(stored, results) : null };
}

function storedResults(folder: string): Results | undefined {
  const path = join(folder, 'results.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : undefined;
}

function agreement(stored: Results, judged: Results): string {
  const before = new Map(stored.scenarios.map(({ play, verdict }) => [play, verdict]));
  const differing = judged.scenarios.filter(({ play, verdict }) => before.get(play) !== verdict);
  const now = new Set(judged.scenarios.map(({ play }) => play));
  const gone = stored.scenarios.filter(({ play }) => !now.has(play));
  if (differing.length === 0 && gone.length === 0 && stored.verdict === judged.verdict)
    return 'The same verdict as when it was played.';
  const named = differing.map(
    ({ play, verdict }) => `${play}: ${before.get(play) ?? 'not judged'} → ${verdict}`,
  );
  for (const { play, verdict } of gone) named.push(`${play}: ${verdict} → not in the history`);
  return `NOT the verdict as when it was played: ${stored.verdict} → ${judged.verdict}\n${named.join('\n')}`;
}
