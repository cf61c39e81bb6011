/**
 * How long it takes from asking for the rest of an answer to its first new chunk: readers of paced answers are cut at
 * random chunks, stay away for a moment, and resume by cursor at the instance that produces the answer. All that they
 * see is judged when all have been measured: nothing may be missing, and nothing sent again. Beside them a server that has nothing to look up is asked
 * as often, over the same sockets: what that takes, the machine takes.
 *
 * Writes docs/figures/resume.json.
 *
 *     node bench/main.ts resume
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJudge } from '../harness/checkers/judge.ts';
import { createSource, type Recorded, type Recorder } from '../harness/history/index.ts';
import { audit } from '../harness/load/engine/audit.ts';
import type { PlayBooks } from '../harness/load/engine/books.ts';
import type { Context, Question } from '../harness/load/engine/context.ts';
import { noCounts } from '../harness/load/engine/counts.ts';
import { Latencies } from '../harness/load/engine/latencies.ts';
import { Visit } from '../harness/load/engine/visit.ts';
import { Ways } from '../harness/load/engine/ways.ts';
import { drawOfVisit, questionOf } from '../harness/load/plan.ts';
import { describeEnvironment } from '../harness/runs/environment.ts';
import { DEFAULT_BOUNDS } from '../harness/runs/plan.ts';
import { reference } from '../harness/targets/reference.ts';
import { askBare } from './load/bare-resume.ts';
import { onGround } from './load/ground.ts';

const STREAMS = 25;
const ANSWERS = { chunks: 200, pace: { first: 100, gap: 50 } };
/** ms that a reader is away. */
const AWAY = 150;
const RECONNECTS = 2_000;
/** Chunks between coming back and the next cut. */
const STAYS = [1, 6] as const;
/** ms between two requests of one reader, about: away, and the chunks that it stays for. */
const BETWEEN = 400;
const SEED = 25;
const PERSISTENCE = 'checkpoint';
/** Must hold of every answer. */
const HOLDS = ['no-loss', 'no-duplication', 'prefix-order', 'isolation', 'cursor-exact'];

export async function run(): Promise<void> {
  const { latencies, bare, answers, postgres } = await onGround(PERSISTENCE, async ({ stack, postgres }) => {
    const ways = new Ways({ headers: reference.users[0].headers, process: 1, processes: 1 });
    ways.set(stack.target.url);
    let names = 0;
    let answers = 0;
    // A judge at work between two chunks would be in the way of the third.
    const seen: Recorded[] = [];
    const books = createSource('bench', (event) => seen.push(event));
    const read = () => readInParts(context, answers, booksOf(books.forPlay(playOf(answers++))));
    const context: Context & { latencies: Latencies } = {
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
    // What runs for the first time is slow in every process, and is not what is measured.
    await Promise.all(Array.from({ length: STREAMS }, read));
    context.latencies = new Latencies();
    const over = new AbortController();
    const beside = askBare(STREAMS, BETWEEN, over.signal);
    // Each stream goes its own way: that many users begin and end together is not what is measured.
    await Promise.all(
      Array.from({ length: STREAMS }, async (_, n) => {
        await sleep((n * ANSWERS.chunks * ANSWERS.pace.gap) / STREAMS);
        while (context.latencies.count('recovery') < RECONNECTS) await read();
      }),
    );
    over.abort();
    const bare = (await beside).sort((a, b) => a - b);
    if (context.counts.broken + context.counts.refused > 0)
      throw new Error('streams broke that nobody had cut');
    judge(seen, answers);
    return { latencies: context.latencies, bare, answers, postgres };
  });
  const at = (quantile: number) => round(latencies.at('recovery', quantile)!);
  const resume = {
    reconnects: latencies.count('recovery'),
    answers,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: round(latencies.summary('recovery')!.max),
  };
  const bareAt = (quantile: number) => round(bare[Math.floor(quantile * (bare.length - 1))]!);
  const peer = {
    requests: bare.length,
    p50: bareAt(0.5),
    p90: bareAt(0.9),
    p99: bareAt(0.99),
    max: bareAt(1),
  };
  const setting = { streams: STREAMS, ...ANSWERS, awayMs: AWAY, persistence: PERSISTENCE };
  const environment = describeEnvironment(postgres, reference.name);
  await mkdir('docs/figures', { recursive: true });
  await writeFile(
    'docs/figures/resume.json',
    `${JSON.stringify({ environment, setting, resume, bare: peer }, null, 2)}\n`,
  );
  console.log(
    `resume: ${resume.reconnects} reconnects of ${STREAMS} streams at a time, ${AWAY} ms away, nothing lost or sent again`,
  );
  console.log(
    `  request to first new chunk: p50 ${resume.p50} ms, p90 ${resume.p90} ms, p99 ${resume.p99} ms, max ${resume.max} ms`,
  );
  console.log(
    `  a server with nothing to look up: p50 ${peer.p50} ms, p90 ${peer.p90} ms, p99 ${peer.p99} ms, max ${peer.max} ms (${peer.requests} requests)`,
  );
}

const playOf = (number: number) => `bench/${number}`;

function booksOf(source: Recorder): PlayBooks {
  return {
    record: (event) => void source.record(event),
    seen: (view, send, how, text, t, stream) =>
      void source.record({ type: 'seen', view, send, how, text, ...(stream && { stream }) }, { t }),
    follow: () => undefined,
    pass: (event) => void source.record(event),
  };
}

/** One answer, cut again and again until it ends. */
async function readInParts(context: Context, number: number, books: PlayBooks): Promise<void> {
  const question: Question = questionOf({ seed: SEED, answers: ANSWERS }, number, 0);
  const draw = drawOfVisit({ seed: SEED }, number);
  const { name } = reference;
  books.record({
    type: 'plan',
    scenario: 'resume',
    driver: 'load',
    persistence: PERSISTENCE,
    seed: SEED,
    repetition: number + 1,
    sends: [question.spec],
    feeds: HOLDS,
    coverage: [],
    target: { name, capabilities: context.capabilities },
    // The ledger does not tell here when a call ended: the whole answer is within the bound.
    bounds: { ...DEFAULT_BOUNDS, end: 600_000 },
    ledger: 'calls',
    strikes: [],
  });
  books.record({ type: 'phase', phase: 'play' });
  const visit = new Visit({
    context,
    books,
    number,
    draw,
    intended: 0,
    measured: false,
    questions: [question],
  });
  const tab = visit.openTab();
  const session = await visit.createSession(tab);
  await sleep(draw.between(0, ANSWERS.pace.gap * 4));
  const reading = visit.ask(tab, session, question);
  const cut = () => reading.cut();
  while (await reading.reaches(reading.pieces + draw.between(...STAYS), cut)) {
    await sleep(AWAY);
    reading.heal();
  }
  await reading.ended;
  if (reading.state !== 'completed') throw new Error(`answer ${number} ended ${reading.state}`);
  books.record({ type: 'phase', phase: 'read' });
  await audit(visit, undefined);
  books.record({ type: 'phase', phase: 'done' });
}

/** @throws where a checker finds fault with an answer, or what must hold of it was not seen */
function judge(seen: readonly Recorded[], answers: number): void {
  const judge = createJudge();
  for (const event of seen) judge.push(event);
  for (let number = 0; number < answers; number++) {
    const { checks } = judge.take(playOf(number))!;
    const broken = checks.find(
      ({ id, verdict }) => verdict === 'fail' || (HOLDS.includes(id) && verdict !== 'pass'),
    );
    if (broken) throw new Error(`answer ${number}: ${broken.id} ${broken.verdict}: ${broken.actual}`);
  }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
