/**
 * What judging costs: chunk events per second on one core with all checkers mounted and the received text
 * compared, beside a bare loop over the same events, alternated in one process, medians of several rounds.
 * And what it holds on to: bytes of a judge after 10,000 and after 1,000,000 chunks of one stream.
 *
 * The events are parsed objects, as a live run has them; reading them from a file is measured apart.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createJudge } from '../harness/checkers/judge.ts';
import type { HistoryEvent, PlanEvent, Recorded, SendSpec } from '../harness/history/events.ts';
import { oracle, oracleText } from '../mock-llm/oracle.ts';

const STREAMS = 200;
const CHUNKS = 1_000;
const ROUNDS = 9;

export function run(): void {
  speed();
  memory();
}

function speed(): void {
  const events = streams(STREAMS, CHUNKS);
  const lines = events.slice(0, 100_000).map((event) => JSON.stringify(event));
  const times: Record<'bare' | 'judged' | 'parsed', number[]> = { bare: [], judged: [], parsed: [] };
  for (let round = -2; round < ROUNDS; round++) {
    const bare = nsPerEvent(events.length, () => void bareLoop(events));
    const judged = nsPerEvent(events.length, () => {
      const judge = createJudge();
      for (const event of events) judge.push(event);
      const [verdict] = judge.finish();
      if (verdict?.verdict !== 'pass')
        throw new Error(`the benchmark's own history does not pass: ${verdict?.reason}`);
    });
    const parsed = nsPerEvent(lines.length, () => {
      for (const line of lines) JSON.parse(line);
    });
    if (round < 0) continue;
    times.bare.push(bare);
    times.judged.push(judged);
    times.parsed.push(parsed);
  }
  const [bare, judged, parsed] = [median(times.bare), median(times.judged), median(times.parsed)];
  console.log(
    `judging: ${events.length} events of ${STREAMS} streams at once, medians of ${ROUNDS} rounds, CPU time`,
  );
  console.log(
    `  all checkers      ${perSecond(judged)} events/s   ${Math.round(judged)} ns/event   (${spread(times.judged)})`,
  );
  console.log(
    `  bare loop         ${perSecond(bare)} events/s   ${Math.round(bare)} ns/event   ratio ${(judged / bare).toFixed(1)}`,
  );
  console.log(`  JSON.parse alone  ${perSecond(parsed)} events/s   ${Math.round(parsed)} ns/event`);
}

function memory(): void {
  // The first judges pay for compiled code and shapes; those that are measured do not.
  for (let n = 0; n < 3; n++) bytesAfter(50_000, 8);
  const [short, long] = [bytesAfter(10_000, 100), bytesAfter(1_000_000, 12)];
  console.log('memory of a judge, one stream');
  console.log(`  after    10,000 chunks  ${Math.round(short / 1024)} KiB`);
  console.log(`  after 1,000,000 chunks  ${Math.round(long / 1024)} KiB`);
}

/** Bytes that a judge holds on to, measured on many at once: one alone drowns in what the engine does meanwhile. */
function bytesAfter(chunks: number, count: number): number {
  const before = heapUsed();
  const judges = Array.from({ length: count }, () => createJudge());
  for (const event of stream({ seed: 1, chunks, mode: 'marked' }))
    for (const judge of judges) judge.push(event);
  const bytes = heapUsed() - before;
  if (judges.some((judge) => judge.finish().length !== 1)) throw new Error('a judge was not kept');
  return bytes / count;
}

/** Plays of the benchmark: the plan, streams whose events interleave chunk by chunk, and the end. */
function streams(count: number, chunks: number): Recorded[] {
  const sends = Array.from({ length: count }, (_, seed): SendSpec => ({ seed, chunks, mode: 'marked' }));
  const running = sends.map((spec) => stream(spec));
  const events: Recorded[] = [planned(sends)];
  for (let left = running.length; left > 0; ) {
    left = 0;
    for (const each of running) {
      const next = each.next();
      if (next.done) continue;
      left++;
      if (next.value.type !== 'plan') events.push(next.value);
    }
  }
  for (const spec of sends) events.push(...readAfresh(spec, 9e6));
  events.push(stamp('runner', 1, 1e7, { type: 'phase', phase: 'done' }));
  return events;
}

/** One stream: for each chunk the ledger's event and the reader's. */
function* stream(spec: SendSpec): Generator<Recorded> {
  const { seed: send, chunks, mode } = spec;
  const [call, view, reader] = [`call-${send}`, `view-${send}`, `reader-${send}`];
  let t = 0;
  let seq = 0;
  const by = (source: string, event: HistoryEvent) => stamp(source, seq++, t++, event);
  yield planned([spec]);
  yield by('llm', { type: 'llm.call', call, send, attempt: 0 });
  yield by(reader, { type: 'view.open', view, actor: reader, send, kind: 'live' });
  yield by(reader, { type: 'stream.open', stream: reader, view, send, actor: reader, cursor: null });
  for (let i = 0; i < chunks; i++) {
    yield by('llm', { type: 'llm.chunk', call, send, attempt: 0, i });
    yield by(reader, {
      type: 'seen',
      view,
      send,
      how: 'append',
      text: oracle(send, 0, i, mode),
      stream: reader,
    });
  }
  yield by('llm', { type: 'llm.end', call, send, attempt: 0, how: 'completed', chunks });
  yield by(reader, { type: 'stream.close', stream: reader, view, send, why: 'terminal' });
  yield by(reader, { type: 'view.end', view, send, state: 'completed' });
}

/** Without a fresh reader in the end no play passes. */
function* readAfresh({ seed: send, chunks, mode }: SendSpec, from: number): Generator<Recorded> {
  const [view, actor] = [`fresh-${send}`, 'fresh-reader'];
  let t = from;
  const by = (event: HistoryEvent) => stamp(`fresh-${send}`, t - from, t++, event);
  yield by({ type: 'view.open', view, actor, send, kind: 'snapshot', fresh: true });
  yield by({ type: 'seen', view, send, how: 'set', text: oracleText(send, 0, chunks, mode) });
  yield by({ type: 'state', from: 'list', actor, send, asked: t, state: 'completed', fresh: true });
  yield by({ type: 'view.end', view, send, state: 'completed' });
  yield by({ type: 'view.close', view, send, why: 'snapshot' });
}

function planned(sends: SendSpec[]): Recorded {
  const plan: PlanEvent = {
    type: 'plan',
    scenario: 'bench',
    driver: 'api',
    persistence: 'checkpoint',
    seed: 0,
    repetition: 0,
    sends,
    feeds: [],
    coverage: [],
    target: {
      name: 'bench',
      capabilities: {
        cursor: 'index',
        resume: 'append',
        replayAfterEnd: true,
        idempotentSend: true,
        stop: true,
        status: true,
        checkpointEvery: 5,
        checkpointWithin: 2_000,
        afterCrash: 'error-with-partial',
        users: true,
      },
    },
    bounds: { end: 5_000, delivery: 1_000, cancel: 2_000 },
    strikes: [],
  };
  return stamp('runner', 0, 0, plan);
}

function stamp(source: string, seq: number, t: number, event: HistoryEvent): Recorded {
  return { ...event, source, seq, t, err: 0, play: 'bench' };
}

/** Touches every event as a reader must who does nothing with it. */
function bareLoop(events: readonly Recorded[]): number {
  let units = 0;
  for (const event of events) {
    if (event.type === 'seen') units += event.text.length;
    else if (event.type === 'llm.chunk') units += event.i & 1;
  }
  return units;
}

/** CPU time of the process, helpers of the engine included: other load on the machine does not blur it as much. */
function nsPerEvent(events: number, work: () => void): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return ((user + system) * 1e3) / events;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function spread(values: number[]): string {
  return `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))} ns`;
}

function perSecond(ns: number): string {
  return `${(1e3 / ns).toFixed(2)} M`.padStart(9);
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  setFlagsFromString('--no-flush-bytecode');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
