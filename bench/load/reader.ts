/**
 * Program: reads many paced answers of a mock LLM at once, as a bare reader that parses and checks nothing, or as the
 * load engine does with all its checking. Says what that cost.
 *
 *     node --expose-gc reader.ts <bare|engine> <origin of the mock> <streams> <chunks> <gap ms> <first seed>
 */

import type { TargetCapabilities } from '../../harness/history/events.ts';
import { openBooks } from '../../harness/load/engine/books.ts';
import type { Context, Question } from '../../harness/load/engine/context.ts';
import { noCounts } from '../../harness/load/engine/counts.ts';
import { Exchange, type Way } from '../../harness/load/engine/exchange.ts';
import { Latencies } from '../../harness/load/engine/latencies.ts';
import { Reading } from '../../harness/load/engine/reading.ts';
import { questionOf } from '../../harness/load/plan.ts';
import type { Target } from '../../harness/targets/target.ts';
import { createFramer } from '../../harness/wire/framer.ts';
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

const questions = Array.from({ length: streams }, (_, n) =>
  questionOf({ seed, answers: { chunks, pace: { first: 100, gap } } }, n, 0),
);

let events = 0;
let passed = 0;

function readBare({ text, key }: Question): Promise<void> {
  return new Promise((resolve, reject) => {
    const framer = createFramer('sse');
    const request = bareLlm.send({ session: '', text, key });
    new Exchange(way, request, SILENCE, {
      head() {},
      bytes(bytes) {
        for (const frame of framer.push(Buffer.from(bytes))) if (bareLlm.decode(frame).text) events++;
      },
      over: (how, error) => (how === 'eof' ? resolve() : reject(error ?? new Error(how))),
    });
  });
}

const books = openBooks('bench', () => {});
const context: Context = {
  target: bareLlm as Target,
  capabilities: { cursor: 'none', resume: 'append', idempotentSend: false } as TargetCapabilities,
  way: () => way,
  whenServed: () => Promise.resolve(),
  pollEvery: 1_000,
  latencies: new Latencies(),
  counts: noCounts(),
  name: (() => {
    let n = 0;
    return (kind: string) => `${kind}${++n}`;
  })(),
};

async function readChecked(question: Question, n: number): Promise<void> {
  const play = `bench/${n}`;
  const own = books.play(play);
  own.record({
    type: 'plan',
    scenario: 'stay',
    driver: 'load',
    persistence: 'none',
    seed,
    repetition: n + 1,
    sends: [question.spec],
    feeds: [],
    coverage: [],
    target: { name: bareLlm.name, capabilities: context.capabilities },
    // The ledger does not tell here when a call ended: the whole answer is within the bound.
    bounds: { end: 600_000, delivery: 1_000, cancel: 1_000 },
    strikes: [],
  });
  own.record({ type: 'phase', phase: 'play' });
  const reading = new Reading({ context, books: own, actor: `user-${n}`, session: '', question });
  reading.ask();
  await reading.ended;
  if (context.counts.broken > 0)
    throw new Error(`${context.counts.broken} streams broke: the machine bears no such load`);
  own.record({ type: 'phase', phase: 'done' });
  const verdict = books.judge(play)!;
  if (verdict.checks.some((check) => check.verdict === 'fail')) throw new Error(verdict.reason ?? 'failed');
  // Nobody read the answer afresh here, so that the verdict cannot be more than this.
  if (verdict.checks.find(({ id }) => id === 'no-duplication')?.verdict === 'pass') passed++;
}

const held = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const before = held();
const cpu = process.cpuUsage();
let during = 0;
setTimeout(
  () => {
    during = held();
  },
  SPREAD + LOOK_AFTER * chunks * gap,
);
await Promise.all(
  questions.map(async (question, n) => {
    await new Promise((resolve) => setTimeout(resolve, (SPREAD * n) / streams));
    await (role === 'bare' ? readBare(question) : readChecked(question, n));
  }),
);
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  `${JSON.stringify({
    role,
    events: role === 'bare' ? events : context.counts.chunks,
    judged: passed,
    microseconds: user + system,
    bytesAStream: Math.round((during - before) / streams),
  })}\n`,
);
process.exit();
