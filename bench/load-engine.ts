/**
 * What it costs the load engine to read, compare and judge every chunk, beside a bare reader over the same sockets that
 * parses SSE and JSON and checks nothing, the same by node:http, and autocannon, which looks at nothing. All read the
 * same paced answers of a mock LLM, each in a process of its own, one after the other and again; CPU time of the process
 * for each chunk, medians, ratios within a round. And the memory of one stream at nine tenths of its answer.
 *
 * Writes docs/figures/load-engine.json. Where K6_BIN names a k6, it reads the same answers, a VU each.
 *
 *     node bench/main.ts load-engine
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeEnvironment } from '../harness/runs/environment.ts';
import { type K6Cost, readByK6 } from './load/k6.ts';
import { keep } from './load/play.ts';

const STREAMS = 300;
const CHUNKS = 300;
const GAP = 25;
/** Of the two that are compared, and of those beside them. */
const ROUNDS = 5;
const ROUNDS_BESIDE = 2;
/** A round that takes longer is no measurement, ms. */
const ROUND_WITHIN = 120_000;
/** Code that was let go meanwhile as not used would be taken for memory that streams do not need. */
const FLAGS = ['--expose-gc', '--no-flush-bytecode'];
const COMPARED = ['bare', 'engine'] as const;
const BESIDE = ['http', 'autocannon'] as const;
const WAYS = [...COMPARED, ...BESIDE] as const;

type Way = (typeof WAYS)[number];

interface Cost {
  events: number;
  judged: number;
  microseconds: number;
  bytesAStream: number;
}

export async function run(): Promise<void> {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const mock = spawn(process.execPath, [path('../mock-llm/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(mock.stdout!, 'data');
    const origin = /"listening":"([^"]+)"/.exec(String(line))![1]!;
    const costs: Record<Way, Cost[]> = { bare: [], engine: [], http: [], autocannon: [] };
    const k6: K6Cost[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Who comes first is another one in each round.
      const compared = round % 2 === 0 ? COMPARED : COMPARED.toReversed();
      const ways = [...compared, ...(round < ROUNDS_BESIDE ? BESIDE : [])];
      for (const [n, way] of ways.entries()) {
        const seed = 1 + round * WAYS.length + n;
        const args = [...FLAGS, path('./load/reader.ts'), way, origin, STREAMS, CHUNKS, GAP, seed];
        const { stdout } = await promisify(execFile)(process.execPath, args.map(String), {
          timeout: ROUND_WITHIN,
        });
        const cost = JSON.parse(stdout.trim().split('\n').at(-1)!) as Cost;
        if (cost.events !== STREAMS * CHUNKS)
          throw new Error(`${way} read ${cost.events} of ${STREAMS * CHUNKS} chunks`);
        if (way === 'engine' && cost.judged !== STREAMS)
          throw new Error(`${cost.judged} of ${STREAMS} were judged`);
        costs[way].push(cost);
      }
      if (round >= ROUNDS_BESIDE) continue;
      const cost = await readByK6({
        origin,
        streams: STREAMS,
        chunks: CHUNKS,
        gap: GAP,
        seed: 1_000 + round,
      });
      if (cost) k6.push(cost);
    }
    const chunkOf = ({ microseconds, events }: Cost) => microseconds / events;
    const ratios = costs.engine.map((engine, round) => chunkOf(engine) / chunkOf(costs.bare[round]!));
    const ways = Object.fromEntries(
      WAYS.map((way) => [
        way,
        {
          microsecondsAChunk: round(median(costs[way].map(chunkOf))),
          kibibytesAStream: round(median(costs[way].map(({ bytesAStream }) => bytesAStream)) / 1_024),
        },
      ]),
    );
    const figures = {
      environment: describeEnvironment(null, 'mock LLM'),
      setting: { streams: STREAMS, chunks: CHUNKS, gapMs: GAP, rounds: ROUNDS },
      engineOverBare: { median: round(median(ratios)), rounds: ratios.map(round) },
      ways,
      k6: k6.length > 0 ? medianOfK6(k6) : null,
    };
    await keep('load-engine', figures);
    console.log(`load engine: ${STREAMS} streams of ${CHUNKS} chunks every ${GAP} ms, ${ROUNDS} rounds`);
    for (const [way, { microsecondsAChunk, kibibytesAStream }] of Object.entries(ways))
      console.log(
        `  ${way.padEnd(12)} ${microsecondsAChunk} µs of CPU a chunk, ${kibibytesAStream} KiB a stream`,
      );
    console.log(
      figures.k6
        ? `  k6           ${figures.k6.microsecondsAChunk} µs of CPU a chunk, ${figures.k6.kibibytesAVu} KiB a VU`
        : '  k6           skipped: K6_BIN names none',
    );
    console.log(
      `  engine over bare: ${figures.engineOverBare.median} (rounds ${figures.engineOverBare.rounds})`,
    );
  } finally {
    mock.kill();
  }
}

function medianOfK6(costs: readonly K6Cost[]) {
  return {
    microsecondsAChunk: round(median(costs.map(({ microseconds, events }) => microseconds / events))),
    kibibytesAVu: round(median(costs.map(({ bytesAVu }) => bytesAVu)) / 1_024),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
