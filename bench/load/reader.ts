/**
 * Program: reads many paced answers of a mock LLM at once in one of several ways, and says what that cost. A few
 * answers are read before anything is measured, so that what is loaded and compiled once is not counted.
 *
 *     node --expose-gc --no-flush-bytecode reader.ts <way> <origin of the mock> <streams> <chunks> <gap ms> <first seed>
 *
 *     bare         the engine's sockets and frames; parses JSON, and checks nothing
 *     http         node:http, text cut up by hand; parses JSON, and checks nothing
 *     engine       the load engine, all checking on
 *     autocannon   one request a stream; keeps the body and looks at nothing in it
 */
import http from 'node:http';
import autocannon from 'autocannon';
import type { TargetCapabilities } from '../../harness/history/events.ts';
import { openBooks } from '../../harness/load/engine/books.ts';
import type { Context, Question } from '../../harness/load/engine/context.ts';
import { noCounts } from '../../harness/load/engine/counts.ts';
import { Exchange, type Way } from '../../harness/load/engine/exchange.ts';
import { Latencies } from '../../harness/load/engine/latencies.ts';
import { Reading } from '../../harness/load/engine/reading.ts';
import { questionOf } from '../../harness/load/plan.ts';
import type { Target } from '../../harness/targets/target.ts';
import { createFrameReader } from '../../harness/wire/frame-reader.ts';
import type { Frame } from '../../harness/wire/frames.ts';
import { bareLlm } from './bare-llm.ts';

const [role = '', origin = '', ...numbers] = process.argv.slice(2);
const [streams = 0, chunks = 0, gap = 0, seed = 0] = numbers.map(Number);
const url = new URL(origin);
const way: Way = { host: url.hostname, port: Number(url.port), headers: {} };
const SILENCE = 30_000;
/** Streams begin in this time, so that they do not all speak at the same instants, ms. */
const SPREAD = 1_000;
/** Memory is looked at when so much of the answers has come. */
const LOOK_AFTER = 0.9;
/** Read before anything is measured: so many that also what happens once an answer has been compiled. */
const BEFORE = { streams: 200, chunks: 60, gap: 5 };
/** So much later nothing of that is held any more, or the streams that are measured would seem to need less; ms. */
const LET_GO = 1_000;

let events = 0;
let judged = 0;
let asked = 0;

function questionsOf(size: { streams: number; chunks: number; gap: number }): Question[] {
  const answers = { chunks: size.chunks, pace: { first: 100, gap: size.gap } };
  return Array.from({ length: size.streams }, () => questionOf({ seed, answers }, asked++, 0));
}

function requestFor({ text, key }: Question) {
  return bareLlm.send({ session: '', text, key });
}

const ways: Record<string, (question: Question) => Promise<void>> = {
  bare: (question) =>
    new Promise((resolve, reject) => {
      const reader = createFrameReader('sse', (frame) => {
        if (bareLlm.decode(frame).text) events++;
      });
      new Exchange(way, requestFor(question), SILENCE, {
        head() {},
        bytes: (bytes, from, to) => reader.read(bytes, from, to),
        over: (how, error) => (how === 'eof' ? resolve() : reject(error ?? new Error(how))),
      });
    }),

  http: (question) =>
    new Promise((resolve, reject) => {
      const { path, json } = requestFor(question);
      const headers = { 'content-type': 'application/json' };
      const request = http.request(
        new URL(path, origin),
        { method: 'POST', headers, agent: false },
        (response) => {
          let rest = '';
          response.setEncoding('utf8').on('data', (text: string) => {
            const frames = (rest + text).split('\n\n');
            rest = frames.pop()!;
            for (const frame of frames)
              if (frame.startsWith('data: ') && bareLlm.decode({ data: frame.slice(6) } as Frame).text)
                events++;
          });
          response.on('end', resolve).on('error', reject);
        },
      );
      request.on('error', reject).end(JSON.stringify(json));
    }),

  engine: readChecked,
};

const books = openBooks('bench', () => {});
const context: Context = {
  target: bareLlm as Target,
  capabilities: { cursor: 'none', resume: 'append', idempotentSend: false } as TargetCapabilities,
  way: () => way,
  whenServed: () => Promise.resolve(),
  pollEvery: 1_000,
  latencies: new Latencies(),
  measuredFrom: 0,
  counts: noCounts(),
  name: (() => {
    let n = 0;
    return (kind: string) => `${kind}${++n}`;
  })(),
};

async function readChecked(question: Question): Promise<void> {
  const { seed: send } = question.spec;
  const play = `bench/${send}`;
  const own = books.play(play);
  own.record({
    type: 'plan',
    scenario: 'stay',
    driver: 'load',
    persistence: 'none',
    seed,
    repetition: 1,
    sends: [question.spec],
    feeds: [],
    coverage: [],
    target: { name: bareLlm.name, capabilities: context.capabilities },
    // The ledger does not tell here when a call ended: the whole answer is within the bound.
    bounds: { end: 600_000, delivery: 1_000, cancel: 1_000 },
    strikes: [],
  });
  own.record({ type: 'phase', phase: 'play' });
  const reading = new Reading({ context, books: own, actor: `user-${send}`, session: '', question });
  reading.ask();
  await reading.ended;
  own.record({ type: 'phase', phase: 'done' });
  const verdict = books.judge(play)!;
  if (verdict.checks.some((check) => check.verdict === 'fail')) throw new Error(verdict.reason ?? 'failed');
  // Nobody read the answer afresh here, so that the verdict cannot be more than this.
  if (verdict.checks.find(({ id }) => id === 'no-duplication')?.verdict === 'pass') judged++;
}

/** Every chunk of a body that is whole has come; nobody looked. */
async function fire(questions: readonly Question[], size: { chunks: number }): Promise<void> {
  let next = 0;
  const [first] = questions;
  const result = await autocannon({
    url: new URL(requestFor(first!).path, origin).href,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    connections: questions.length,
    amount: questions.length,
    timeout: 600,
    setupClient: (client) => client.setBody(JSON.stringify(requestFor(questions[next++]!).json)),
  });
  events += result['2xx'] * size.chunks;
}

async function readAll(
  size: { streams: number; chunks: number; gap: number },
  spread: number,
): Promise<void> {
  const questions = questionsOf(size);
  if (role === 'autocannon') {
    await fire(questions, size);
    return;
  }
  await Promise.all(
    questions.map(async (question, n) => {
      await new Promise((resolve) => setTimeout(resolve, (spread * n) / questions.length));
      await ways[role]!(question);
    }),
  );
}

// A reader that finds its stream broken would go on asking, and there is nobody to ask.
setInterval(() => {
  if (context.counts.broken > 0)
    throw new Error(`${context.counts.broken} streams broke: the machine bears no such load`);
}, 1_000).unref();

const held = () => {
  // What one collection finds free outside the heap is given back by the time the next is done.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

await readAll(BEFORE, 0);
await new Promise((resolve) => setTimeout(resolve, LET_GO));
[events, judged, context.counts.chunks] = [0, 0, 0];
const before = held();
const cpu = process.cpuUsage();
let during = 0;
let looking = 0;
setTimeout(
  () => {
    const { user, system } = process.cpuUsage();
    during = held();
    const after = process.cpuUsage();
    looking = after.user + after.system - user - system;
  },
  SPREAD + LOOK_AFTER * chunks * gap,
);
await readAll({ streams, chunks, gap }, SPREAD);
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  `${JSON.stringify({
    role,
    events: role === 'engine' ? context.counts.chunks : events,
    judged,
    microseconds: user + system - looking,
    bytesAStream: Math.round((during - before) / streams),
  })}\n`,
);
process.exit();
