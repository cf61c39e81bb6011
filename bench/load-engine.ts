/**
 * What it costs the load engine to read, compare and judge every chunk, beside a bare reader over the same sockets that
 * parses SSE and JSON and checks nothing. Both read the same paced answers of a mock LLM, each in a process of its own,
 * alternately; CPU time of the process for each chunk, medians. And the memory of one stream at nine tenths of its answer.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const STREAMS = 500;
const CHUNKS = 300;
const GAP = 40;
const ROUNDS = 3;
/** A round that takes longer is no measurement, ms. */
const ROUND_WITHIN = 120_000;

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
    const costs: Record<'bare' | 'engine', Cost[]> = { bare: [], engine: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const role of ['bare', 'engine'] as const) {
        const seed = round * 2 + (role === 'bare' ? 0 : 1);
        const args = ['--expose-gc', path('./load/reader.ts'), role, origin, STREAMS, CHUNKS, GAP, seed].map(
          String,
        );
        const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: ROUND_WITHIN });
        const cost = JSON.parse(stdout) as Cost;
        if (cost.events !== STREAMS * CHUNKS)
          throw new Error(`${role} read ${cost.events} of ${STREAMS * CHUNKS} chunks`);
        if (role === 'engine' && cost.judged !== STREAMS)
          throw new Error(`${cost.judged} of ${STREAMS} were judged`);
        costs[role].push(cost);
      }
    }
    const each = (role: 'bare' | 'engine') =>
      median(costs[role].map(({ microseconds, events }) => microseconds / events));
    const memory = (role: 'bare' | 'engine') => median(costs[role].map(({ bytesAStream }) => bytesAStream));
    const [bare, engine] = [each('bare'), each('engine')];
    console.log(
      `load engine: ${STREAMS} streams of ${CHUNKS} chunks every ${GAP} ms, medians of ${ROUNDS} rounds`,
    );
    console.log(
      `  bare reader   ${bare.toFixed(1)} µs of CPU a chunk   ${kilobytes(memory('bare'))} a stream`,
    );
    console.log(
      `  load engine   ${engine.toFixed(1)} µs of CPU a chunk   ${kilobytes(memory('engine'))} a stream`,
    );
    console.log(`  ratio         ${(engine / bare).toFixed(2)}`);
  } finally {
    mock.kill();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_024).toFixed(1)} KB`;
}
