/**
 * A shard of raw samples. All that its users saw is judged here, from their history; of the ledger of the LLM and of
 * the database nobody knows, and that is said.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { HoldfastError } from '../../errors.ts';
import type { TargetCapabilities } from '../../history/events.ts';
import { runner } from '../../runs/command.ts';
import { describeEnvironment } from '../../runs/environment.ts';
import { RESULTS_VERSION, type Skipped } from '../../runs/results.ts';
import { verdictOf } from '../../runs/run.ts';
import { type K6Way, wayOf } from '../k6/doings.ts';
import { Gathering } from '../k6/gathering.ts';
import { Judging } from '../k6/judging.ts';
import { type Sample, samplesIn } from '../k6/samples.ts';
import { rowsOf, undone } from '../outcome.ts';
import type { LoadPlan } from '../plan.ts';
import { loadRow } from '../saturation.ts';
import { loadResultsOf } from '../summing.ts';
import type { Shard } from './shard.ts';

/** @throws HF_NO_RUN, HF_MERGE */
export async function shardOfSamples(path: string, allowSkip: boolean): Promise<Shard> {
  if (!existsSync(path)) throw new HoldfastError('HF_NO_RUN', { path, what: 'there is no such file' });
  return shardOf(path, samplesIn(path), allowSkip);
}

/** @throws HF_MERGE where nothing says what was planned */
export async function shardOf(
  path: string,
  samples: AsyncIterable<Sample> | Iterable<Sample>,
  allowSkip: boolean,
): Promise<Shard> {
  const gathering = new Gathering();
  const visits = new Set<number>();
  let judging: Judging | undefined;
  let first: number | undefined;
  let last = 0;
  for await (const sample of samples) {
    first ??= sample.at;
    last = Math.max(last, sample.at);
    const seen = gathering.take(sample);
    if (!seen) continue;
    judging ??= new Judging(planOf(path, gathering).plan, null);
    visits.add(seen.visit);
    const { chunks, lost, refused } = await judging.judge(seen);
    gathering.judged(chunks, lost, refused);
  }
  const { plan, about, way } = planOf(path, gathering);
  const engine = { ...way, fed: way.fedAlone };
  judging ??= new Judging(plan, null);
  for (const [visit, behaviour] of gathering.open) {
    visits.add(visit);
    judging.giveUp(visit, behaviour);
  }
  gathering.end();
  const { series } = gathering;
  const { tallies } = judging;
  const durationMs = Math.round(last - (first ?? last));
  const { row, saturated } = loadRow(plan, series, [], [], durationMs);
  const dropped =
    gathering.dropped > 0
      ? `${gathering.dropped} users could not come for want of virtual users of k6`
      : null;
  Object.assign(row, { driver: way.driver, play: `${plan.persistence}/load/${way.driver}/1` });
  if (dropped !== null)
    Object.assign(row, { verdict: 'unknown', reason: `Generator saturated: ${dropped}.` });
  const rows = [...rowsOf(engine, plan, tallies, { late: [], tardy: [] }, durationMs), row];
  const skipped: Skipped[] = [
    {
      what: 'the ledger of the LLM and the database',
      why: 'k6 ran without the harness beside it',
      allowed: allowSkip,
    },
    ...undone(engine, plan, tallies, !allowSkip),
  ];
  const load = loadResultsOf({
    laid: { plan, faults: [], profile: null, arrivals: plan.arrivals.kind },
    plan,
    workers: 1,
    outcome: { tallies, strikes: [], rows, saturated: saturated ?? dropped, series, processes: [] },
    objectives: [],
    search: null,
    durability: null,
  });
  const results = {
    version: RESULTS_VERSION,
    run: basename(path),
    seed: plan.seed,
    command: `${runner('merge')} ${path}`,
    verdict: verdictOf(rows, skipped, null),
    startedAt: new Date(first ?? 0).toISOString(),
    durationMs,
    environment: describeEnvironment(null, about.name),
    defects: [],
    scenarios: rows,
    skipped,
    flaws: [],
    failure: null,
    load,
  } as const;
  return { path, results: { ...results, defects: [], flaws: [] }, visits };
}

interface Told {
  plan: LoadPlan;
  about: { name: string; capabilities: TargetCapabilities };
  driver?: string;
}

function planOf(path: string, { settings }: Gathering): Told & { way: K6Way } {
  if (settings === undefined)
    throw new HoldfastError('HF_MERGE', {
      what: `${path} holds no sample that says what was planned: is it what k6 wrote by --out json, from its beginning?`,
    });
  const told = JSON.parse(settings) as Told;
  const way = wayOf(told.driver);
  if (!way)
    throw new HoldfastError('HF_MERGE', {
      what: `${path} was played by ${told.driver}, which is not known here`,
    });
  return { ...told, way };
}
