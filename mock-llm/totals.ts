/** What is counted over all calls, for ever, in the text format of Prometheus. */
import type { Ending } from './ledger.ts';

const LATENESS_MS = [1, 2, 5, 10, 20, 50, 100, 500, 1000];

export class Totals {
  readonly #calls = { directed: 0, auxiliary: 0 };
  readonly #ended: Record<Ending, number> = { completed: 0, aborted: 0, fault: 0 };
  readonly #faults = new Map<string, number>();
  readonly #late = LATENESS_MS.map(() => 0);
  #chunks = 0;
  #bytes = 0;
  #paced = 0;
  #lateness = 0;

  opened(auxiliary: boolean): void {
    this.#calls[auxiliary ? 'auxiliary' : 'directed']++;
  }

  ended(how: Ending): void {
    this.#ended[how]++;
  }

  chunk(bytes: number): void {
    this.#chunks++;
    this.#bytes += bytes;
  }

  fault(name: string): void {
    this.#faults.set(name, (this.#faults.get(name) ?? 0) + 1);
  }

  /** A paced chunk was written so many ms after it was due. */
  late(ms: number): void {
    this.#paced++;
    this.#lateness += ms;
    const bucket = LATENESS_MS.findIndex((limit) => ms <= limit);
    if (bucket >= 0) this.#late[bucket]!++;
  }

  /** @param now what is counted elsewhere: open calls, and what the ledger dropped */
  toPrometheus(now: { active: number; dropped: { calls: number; events: number } }): string {
    let below = 0;
    const within = LATENESS_MS.map((limit, at): Sample => {
      below += this.#late[at]!;
      return [`_bucket{le="${limit / 1000}"}`, below];
    });
    return [
      metric('calls_total', 'counter', 'Calls that were opened.', labelled('kind', this.#calls)),
      metric('calls_ended_total', 'counter', 'Calls that ended, and how.', labelled('how', this.#ended)),
      metric('calls_active', 'gauge', 'Calls that are open.', [['', now.active]]),
      metric('chunks_total', 'counter', 'Chunks handed to sockets.', [['', this.#chunks]]),
      metric('chunk_bytes_total', 'counter', 'Bytes of their frames.', [['', this.#bytes]]),
      metric(
        'faults_total',
        'counter',
        'Faults that struck.',
        labelled('fault', Object.fromEntries(this.#faults)),
      ),
      metric(
        'ledger_dropped_total',
        'counter',
        'What the ledger no longer holds.',
        labelled('what', now.dropped),
      ),
      metric('lateness_seconds', 'histogram', 'How long after it was due a paced chunk was written.', [
        ...within,
        ['_bucket{le="+Inf"}', this.#paced],
        ['_sum', this.#lateness / 1000],
        ['_count', this.#paced],
      ]),
    ].join('');
  }
}

type Sample = readonly [suffix: string, value: number];

function labelled(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([name, count]) => [`{${label}="${name}"}`, count]);
}

function metric(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const full = `holdfast_mock_llm_${name}`;
  const lines = samples.map(([suffix, value]) => `${full}${suffix} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}
