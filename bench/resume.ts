/**
 * How long it takes from asking for the rest of an answer to its first new chunk: readers of paced answers are cut at
 * random chunks, stay away for a moment, and resume by cursor at the instance that produces the answer. All that they
 * see is judged afterwards: nothing may be missing, and nothing sent again. The readers have a process of their own. Beside
 * them a server that has nothing to look up is asked as often, by the same process: what that takes, the machine takes. And a
 * witness tells when the machine itself was slow: figures are of all requests, and of those that fell into no such moment.
 *
 * Writes docs/figures/resume.json.
 *
 *     node bench/main.ts resume
 */
import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createJudge } from '../harness/checkers/judge.ts';
import { createSource, type PlanEvent, type Recorded } from '../harness/history/index.ts';
import { audit } from '../harness/load/engine/audit.ts';
import type { Context, Question } from '../harness/load/engine/context.ts';
import { noCounts } from '../harness/load/engine/counts.ts';
import { Latencies } from '../harness/load/engine/latencies.ts';
import { Ways } from '../harness/load/engine/ways.ts';
import { questionOf } from '../harness/load/plan.ts';
import { describeEnvironment } from '../harness/runs/environment.ts';
import { DEFAULT_BOUNDS } from '../harness/runs/plan.ts';
import { reference } from '../harness/targets/reference.ts';
import { saidBy } from './load/child.ts';
import { onGround } from './load/ground.ts';
import { isSlowed, type Span, watchMachine } from './load/witness.ts';
import { booksOf, tell } from './resume/events.ts';
import type { Order, Read } from './resume/reader.ts';

const STREAMS = 25;
const ANSWERS = { chunks: 200, pace: { first: 100, gap: 50 } };
/** ms that a reader is away. */
const AWAY = 150;
const RECONNECTS = 2_000;
const WARM_UP = { pace: { first: 0, gap: 4 }, away: 20, rounds: 8 };
/** Chunks between coming back and the next cut. */
const STAYS = [1, 6] as const;
/** ms between two requests of one reader, about: away, and the chunks that it stays for. */
const BETWEEN = 400;
const SEED = 25;
const PERSISTENCE = 'checkpoint';
/** Must hold of every answer. */
const HOLDS = ['no-loss', 'no-duplication', 'prefix-order', 'isolation', 'cursor-exact'];

export async function run(): Promise<void> {
  const { read, slowness, postgres } = await onGround(PERSISTENCE, async ({ stack, postgres }) => {
    const { url } = stack.target;
    const witness = await watchMachine();
    const read = await readApart({
      url,
      seed: SEED,
      answers: ANSWERS,
      warmUp: WARM_UP,
      streams: STREAMS,
      reconnects: RECONNECTS,
      away: AWAY,
      stays: STAYS,
      between: BETWEEN,
      // Each stream goes its own way: that many users begin and end together is not what is measured.
      apart: (ANSWERS.chunks * ANSWERS.pace.gap) / STREAMS,
    });
    const slowness = await witness.stop();
    await judge(read, url);
    return { read, slowness, postgres };
  });
  const steady = (spans: readonly Span[]) => spans.filter((span) => !isSlowed(slowness, span));
  const of = (spans: readonly Span[]) => ({
    ...figures(spans),
    steady: figures(steady(spans)),
  });
  const resume = { answers: read.sessions.length - read.warmed, ...of(read.recoveries) };
  const bare = of(read.bare);
  const machine = {
    slowShare: round(slowness.share),
    slowTimes: round(slowness.times),
    moments: slowness.moments.length,
  };
  const setting = { streams: STREAMS, ...ANSWERS, awayMs: AWAY, persistence: PERSISTENCE };
  const environment = describeEnvironment(postgres, reference.name);
  await mkdir('docs/figures', { recursive: true });
  await writeFile(
    'docs/figures/resume.json',
    `${JSON.stringify({ environment, setting, resume, bare, machine }, null, 2)}\n`,
  );
  console.log(
    `resume: ${resume.requests} reconnects of ${STREAMS} streams at a time, ${AWAY} ms away, nothing lost or sent again`,
  );
  console.log(`  request to first new chunk: ${told(resume)}`);
  console.log(`  a server with nothing to look up: ${told(bare)}`);
  // So little that it is not among the digits that are told.
  if (slowness.share < 0.0005) {
    console.log('  the machine kept its pace all the while');
    return;
  }
  console.log(
    `  the machine was ${machine.slowTimes} times as slow as always in ${machine.moments} moments, ${(100 * slowness.share).toFixed(1)} % of the time; without what fell into one of them:`,
  );
  console.log(`  request to first new chunk: ${told(resume.steady)}`);
  console.log(`  a server with nothing to look up: ${told(bare.steady)}`);
}

/** In a process that does nothing else: whatever else were done there could be in the way between two chunks. */
async function readApart(order: Order): Promise<Read> {
  const child = fork(fileURLToPath(new URL('./resume/reader.ts', import.meta.url)), {
    serialization: 'advanced',
  });
  child.send(order);
  return (await saidBy(child, 'the readers')) as Read;
}

/** @throws where a checker finds fault with an answer, or what must hold of it was not seen */
async function judge({ taped, sessions, warmed }: Read, url: string): Promise<void> {
  const judge = createJudge();
  const source = createSource('bench', (event: Recorded) => judge.push(event));
  const ways = new Ways({ headers: reference.users[0].headers, process: 1, processes: 1 });
  ways.set(url);
  let names = 0;
  const context: Context = {
    target: reference,
    capabilities: reference.capabilities(PERSISTENCE),
    way: () => ways.next(),
    whenServed: () => ways.whenServed(),
    pollEvery: 1_000,
    latencies: new Latencies(),
    measuredFrom: 0,
    counts: noCounts(),
    name: (kind) => `${kind}${++names}`,
  };
  const plays = sessions.map((session, number) => {
    const question = questionOf(
      { seed: SEED, answers: number < warmed ? { ...ANSWERS, pace: WARM_UP.pace } : ANSWERS },
      number,
      0,
    );
    const own = source.forPlay(`bench/${number}`);
    own.record(planOf(question, number, context), { t: taped.connections[0]!.opened });
    own.record({ type: 'phase', phase: 'play' }, { t: taped.connections[0]!.opened });
    return { own, question, session, spec: question.spec };
  });
  tell(taped, (answer) => {
    const { own, spec, session } = plays[answer]!;
    return { spec, session, record: (event, t) => void own.record(event, { t }) };
  });
  for (const [number, { own, question, session }] of plays.entries()) {
    const books = booksOf((event, t) => void own.record(event, t === undefined ? {} : { t }));
    for (const phase of ['heal', 'read'] as const) own.record({ type: 'phase', phase });
    await audit({ context, books, sessions: [{ id: session, questions: [question] }] }, undefined);
    own.record({ type: 'phase', phase: 'done' });
    const { checks } = judge.take(`bench/${number}`)!;
    const broken = checks.find(
      ({ id, verdict }) => verdict === 'fail' || (HOLDS.includes(id) && verdict !== 'pass'),
    );
    if (broken) throw new Error(`answer ${number}: ${broken.id} ${broken.verdict}: ${broken.actual}`);
  }
}

function planOf({ spec }: Question, number: number, { capabilities }: Context): PlanEvent {
  return {
    type: 'plan',
    scenario: 'resume',
    driver: 'load',
    persistence: PERSISTENCE,
    seed: SEED,
    repetition: number + 1,
    sends: [spec],
    feeds: HOLDS,
    coverage: [],
    target: { name: reference.name, capabilities },
    // The ledger does not tell here when a call ended: the whole answer is within the bound.
    bounds: { ...DEFAULT_BOUNDS, end: 600_000 },
    ledger: 'calls',
    strikes: [],
  };
}

interface Figures {
  requests: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Nearest rank, ms. */
function figures(spans: readonly Span[]): Figures {
  const sorted = spans.map(({ from, to }) => to - from).toSorted((a, b) => a - b);
  const at = (quantile: number) => round(sorted[Math.ceil(quantile * sorted.length) - 1]!);
  return { requests: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

function told({ requests, p50, p90, p99, max }: Figures): string {
  return `p50 ${p50} ms, p90 ${p90} ms, p99 ${p99} ms, max ${max} ms of ${requests}`;
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
