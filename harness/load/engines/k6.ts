/**
 * The scripts of scenarios/k6, played by a k6 that this machine has, and judged by our checkers. What its users saw
 * comes out of its raw samples; what stock k6 cannot see (first chunks, gaps between chunks, what a stream had brought
 * when it was cut) has no samples there, and is what a k6 with k6/x/sse is for. In the end every answer is looked up in
 * lists and database, as with the own engine, and the ledger of the LLM says how often it was asked.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, openHistoryFile } from '../../history/index.ts';
import type { ScenarioResult } from '../../runs/results.ts';
import { haveK6 } from '../../stack/k6/find.ts';
import { programBeside } from '../../stack/programs.ts';
import { reference } from '../../targets/reference.ts';
import type { Context } from '../engine/context.ts';
import { noCounts } from '../engine/counts.ts';
import { Latencies } from '../engine/latencies.ts';
import { openSnapshots } from '../engine/snapshots.ts';
import { Ways } from '../engine/ways.ts';
import { K6_MIX, type K6Way, live, whole } from '../k6/doings.ts';
import { Gathering, type VisitSeen } from '../k6/gathering.ts';
import { Judging } from '../k6/judging.ts';
import { type K6Process, startK6 } from '../k6/process.ts';
import { samplesOf } from '../k6/samples.ts';
import { rowsOf } from '../outcome.ts';
import { loadRow } from '../saturation.ts';
import type { Asked, Engine, EngineSetup, Played, Playing } from './engine.ts';

/** Visits that are judged side by side: each waits for a look into the database that many share. */
const AT_ONCE = 64;
/** What is left of the ledger's word on calls after the last visit, ms. */
const LAST_WORDS = 500;
/** Source addresses of the readers of the last look, apart from those of the own engine's workers. */
const NETWORK = 200;
const SAMPLES_FILE = 'k6-samples.json.gz';

export const k6 = k6Engine(
  whole,
  'runs the scripts of scenarios/k6 by k6, which is found or built by Go; sees answers whole, not chunk by chunk',
);
export const k6Sse = k6Engine(
  live,
  'the same by a k6 with the extension k6/x/sse, found or built: chunk by chunk, cut at a chunk',
);

function k6Engine(way: K6Way, what: string): Engine {
  const { driver, doings, fed, script, needs } = way;
  let program: string | undefined;
  return {
    id: driver,
    what,
    driver,
    doings,
    mix: K6_MIX,
    fed,
    refuses,
    async find(tell) {
      const found = await haveK6(tell, process.env, needs);
      if (found.ok) program = found.path;
      return found;
    },
    begin: async (setup) => begin(way, setup, program!, programBeside(import.meta.url, script)),
  };
}

function begin(way: K6Way, setup: EngineSetup, path: string, script: string): Playing {
  const { plan, target, stack, folder, guardian } = setup;
  const file = openHistoryFile(join(folder, 'load-1.jsonl'));
  const snapshots = openSnapshots(target, stack.databaseUrl);
  const gathering = new Gathering();
  const context = contextOf(setup);
  const beside = { context, snapshots, write: file.sink, offset: now() - Date.now() };
  const judging = new Judging(plan, beside);
  let process: K6Process | undefined;
  let closing: Promise<void> | undefined;
  return {
    series: gathering.series,
    tell: (event) => judging.tell(event),
    async play() {
      const began = now();
      const { headers } = target.users[0];
      const about = { name: target.name, capabilities: target.capabilities(plan.persistence) };
      const settings = { target: stack.target.url, headers, plan, about };
      const samples = join(folder, SAMPLES_FILE);
      const logFile = join(folder, 'k6.log');
      process = startK6({ path, script, settings, samples, logFile, guardian });
      await judgeAll(process, gathering, judging);
      return sumUp(way, setup, gathering, judging, Math.round(now() - began));
    },
    close() {
      process?.kill();
      closing ??= (async () => {
        await process?.ended.catch(() => {});
        await snapshots?.close();
        file.close();
      })();
      return closing;
    },
  };
}

function refuses({ plan, faults, target }: Asked): string | null {
  const { arrivals, answers } = plan;
  if (target.name !== reference.name)
    return `speaks the contract's own API (docs/contract.md), and the target ${target.name} has another`;
  if (faults.length > 0)
    return 'cannot cut all clients at once, nor know which streams a fault hit: leave out --fault, or a profile that has faults';
  if (arrivals.kind === 'poisson' || arrivals.kind === 'gamma' || arrivals.kind === 'trace')
    return `lets nobody come as ${arrivals.kind}: it takes closed, constant, step and ramp`;
  if (typeof answers.pace === 'string')
    return `knows only by a pace in ms when to cut and how long to wait: --gap 50ms, not ${answers.pace}`;
  return null;
}

function contextOf({ plan, target, stack }: EngineSetup): Context {
  const ways = new Ways({ headers: target.users[0].headers, process: NETWORK, processes: 1 });
  ways.set(stack.target.url);
  let names = 0;
  return {
    target,
    capabilities: target.capabilities(plan.persistence),
    way: () => ways.next(),
    whenServed: () => ways.whenServed(),
    pollEvery: plan.pollEvery,
    latencies: new Latencies(),
    measuredFrom: 0,
    counts: noCounts(),
    name: (kind) => `${kind}h-${++names}`,
  };
}

/** Judges each visit as soon as k6 has told its end. */
async function judgeAll(process: K6Process, gathering: Gathering, judging: Judging): Promise<void> {
  const going = new Set<Promise<void>>();
  let failure: unknown;
  const judge = async (seen: VisitSeen) => {
    const { chunks, lost, refused } = await judging.judge(seen);
    gathering.judged(chunks, lost, refused);
  };
  for await (const sample of samplesOf(process.output)) {
    const seen = gathering.take(sample);
    if (!seen) continue;
    const one: Promise<void> = judge(seen)
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => going.delete(one));
    going.add(one);
    if (going.size >= AT_ONCE) await Promise.race(going);
  }
  await Promise.all(going);
  await process.ended;
  if (failure !== undefined) throw failure;
  await sleep(LAST_WORDS);
  for (const [visit, behaviour] of gathering.open) judging.giveUp(visit, behaviour);
  gathering.end();
}

function sumUp(
  way: K6Way,
  { plan }: EngineSetup,
  gathering: Gathering,
  { tallies, late, tardy }: Judging,
  durationMs: number,
): Played {
  const { row, saturated } = loadRow(plan, gathering.series, [], [], durationMs);
  const rows = rowsOf(way, plan, tallies, { late, tardy }, durationMs);
  return { tallies, strikes: [], ...ofLoad(way, row, saturated, gathering.dropped), rows: [...rows, row] };
}

/** Iterations that k6 dropped were users who were to come and did not. */
function ofLoad(
  { driver }: K6Way,
  row: ScenarioResult,
  saturated: string | null,
  dropped: number,
): { saturated: string | null } {
  row.driver = driver;
  row.play = row.play.replace('/load/load/', `/load/${driver}/`);
  if (dropped === 0) return { saturated };
  const why = `${dropped} users could not come for want of virtual users of k6`;
  if (row.verdict === 'pass') row.verdict = 'unknown';
  row.reason = `Generator saturated: ${why}.`;
  return { saturated: saturated ?? why };
}
