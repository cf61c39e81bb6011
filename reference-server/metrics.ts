/** What the server counts of itself, in the text format that Prometheus reads. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Running } from './generation/running.ts';
import type { Database } from './store/database.ts';
import type { TerminalStatus } from './store/saving.ts';
import type { Writer } from './store/writer.ts';

/** Upper ends of the buckets of a save's duration, seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is counted as it happens; the rest is looked up when it is asked for. */
export class Counters {
  readonly ended: Record<TerminalStatus, number> = { completed: 0, error: 0, cancelled: 0 };
  chunks = 0;
  refused = 0;
  /** Most chunks that any reader of any generation may have had and the database had not. */
  mostExposed = 0;
  readonly saves = new Array<number>(BUCKETS.length + 1).fill(0);
  secondsOfSaves = 0;

  saved(seconds: number): void {
    const bucket = BUCKETS.findIndex((limit) => seconds <= limit);
    this.saves[bucket < 0 ? BUCKETS.length : bucket]! += 1;
    this.secondsOfSaves += seconds;
  }
}

export interface Measured {
  counters: Counters;
  running: Running;
  writer: Writer;
  db: Database;
}

export class Metrics {
  readonly #measured: Measured;
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  constructor(measured: Measured) {
    this.#measured = measured;
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** The event loop's delays are those since the last time this was asked. */
  text(): string {
    const { counters, running, writer, db } = this.#measured;
    const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
    const delay = { p99: seconds(this.#delay.percentile(99)), max: seconds(this.#delay.max) };
    this.#delay.reset();
    return [
      metric('chat_generations_running', 'gauge', 'Answers that are being produced here.', [
        ['', running.size],
      ]),
      metric('chat_readers', 'gauge', 'Readers of answers that are being produced here.', [
        ['', running.readers],
      ]),
      metric(
        'chat_generations_ended_total',
        'counter',
        'Answers that ended here, by their state.',
        Object.entries(counters.ended).map(([status, count]) => [`{status="${status}"}`, count]),
      ),
      metric('chat_generations_refused_total', 'counter', 'Questions refused because there were too many.', [
        ['', counters.refused],
      ]),
      metric('chat_chunks_total', 'counter', 'Chunks taken from the LLM.', [['', counters.chunks]]),
      metric(
        'chat_exposed_chunks_max',
        'gauge',
        'Most chunks that were delivered and not saved, of any answer.',
        [['', counters.mostExposed]],
      ),
      metric(
        'chat_save_seconds',
        'histogram',
        'From the word to save until it is saved.',
        histogram(counters),
      ),
      metric(
        'chat_save_statements_total',
        'counter',
        'Statements that saved answers, on the way or at their end.',
        [['', writer.statements]],
      ),
      metric('chat_database_connections', 'gauge', 'Of the pool that answers requests.', [
        ['{state="idle"}', db.idleCount],
        ['{state="busy"}', db.totalCount - db.idleCount],
        ['{state="awaited"}', db.waitingCount],
      ]),
      metric('chat_event_loop_delay_seconds', 'gauge', 'Since it was last asked for.', [
        ['{quantile="0.99"}', delay.p99],
        ['{quantile="1"}', delay.max],
      ]),
    ].join('');
  }
}

type Sample = [labels: string, value: number];

function metric(name: string, type: string, help: string, samples: Sample[]): string {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
    '',
  ].join('\n');
}

function histogram({ saves, secondsOfSaves }: Counters): Sample[] {
  let sum = 0;
  const buckets = saves.map((count, i): Sample => {
    sum += count;
    return [`_bucket{le="${BUCKETS[i] ?? '+Inf'}"}`, sum];
  });
  return [...buckets, ['_sum', secondsOfSaves], ['_count', sum]];
}
