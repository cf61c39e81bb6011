/** A load run on the reference server as a measurement: what came of it, and what each process used for a chunk. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from '../../harness/load/load.ts';
import type { LoadResults } from '../../harness/runs/load-results.ts';
import type { Results } from '../../harness/runs/results.ts';
import type { Stack } from '../../harness/stack/stack.ts';

/** The cheapest in WAL, see docs/storage.md. */
const PERSISTENCE = 'append';
const WORKERS = 1;

export interface Figures {
  command: string;
  environment: Results['environment'];
  durability: LoadResults['durability'];
  verdict: Results['verdict'];
  reasons: string[];
  users: number;
  persistence: string;
  chunks: number;
  chunksPerSecond: number;
  lost: number;
  /** Of generations that were begun, by the ledger of the LLM. */
  oneCallEach: string;
  /** Chunks that a reader had and the database had not, at most. */
  mostExposed: number | null;
  latencies: Record<string, { n: number; p50: number; p99: number; max: number }>;
  saturated: string | null;
  /** While users were there: cores, and µs of a core for each chunk. */
  processes: Record<string, { cores: number; microsecondsAChunk: number; mebibytes: number }>;
}

/** Plays a load and tells what came of it. @throws where it could not be played */
export async function play(words: Partial<Parameters<typeof load>[0]>): Promise<Figures> {
  const out = await mkdtemp(join(tmpdir(), 'holdfast-bench-load-'));
  let mostExposed: number | null = null;
  let watching: NodeJS.Timeout | undefined;
  try {
    const options = {
      workers: WORKERS,
      seed: 3_000,
      postgres: 'auto' as const,
      persistence: PERSISTENCE,
      out,
    };
    const { results } = await load(
      { ...options, ...words },
      {
        onStack(stack) {
          watching = setInterval(async () => {
            mostExposed = (await exposureOf(stack).catch(() => null)) ?? mostExposed;
          }, 2_000);
        },
      },
    );
    if (!results.load) throw new Error(results.failure?.message ?? 'the load was not played');
    const figures = figuresOf(results, results.load, mostExposed);
    tell(figures);
    return figures;
  } finally {
    clearInterval(watching);
    await rm(out, { recursive: true, force: true });
  }
}

/** As the server counts it. Over a connection of its own that does not stay: one that did would count among the server's. */
async function exposureOf(stack: Stack): Promise<number | null> {
  const text = await new Promise<string>((resolve, reject) => {
    http
      .get(new URL('/metrics', stack.target.url), { agent: false, timeout: 5_000 }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          body += piece;
        });
        response.on('end', () => resolve(body)).on('error', reject);
      })
      .on('error', reject);
  });
  const [, most] = /^chat_exposed_chunks_max (\d+)/m.exec(text) ?? [];
  return most === undefined ? null : Number(most);
}

function figuresOf(results: Results, load: LoadResults, mostExposed: number | null): Figures {
  const { plan, counts, latencies, saturated, durability } = load;
  const from = plan.warmup / 1_000;
  const to = (plan.warmup + plan.duration) / 1_000;
  const during = <T extends { at: number }>(all: T[]) => all.filter(({ at }) => at > from && at <= to);
  const seconds = during(load.seconds);
  const chunksPerSecond = mean(seconds.map(({ chunks }) => chunks));
  const looks = during(load.processes);
  const names = [...new Set(looks.flatMap(({ uses }) => Object.keys(uses)))];
  const processes = names.map((name) => {
    const cores = mean(looks.map(({ uses }) => uses[name]?.cpu ?? 0));
    const mebibytes = Math.round(Math.max(...looks.map(({ uses }) => uses[name]?.memory ?? 0)));
    const microsecondsAChunk = round((cores / Math.max(1, chunksPerSecond)) * 1e6);
    return [name, { cores: round(cores), microsecondsAChunk, mebibytes }] as const;
  });
  const calls = results.scenarios[0]?.checks.find(({ id }) => id === 'one-generation');
  return {
    command: results.command,
    environment: results.environment,
    durability,
    verdict: results.verdict,
    reasons: results.scenarios.flatMap(({ id, reason }) => (reason === null ? [] : [`${id}: ${reason}`])),
    users: plan.users,
    persistence: PERSISTENCE,
    chunks: counts.chunks,
    chunksPerSecond: Math.round(chunksPerSecond),
    lost: counts.lost,
    oneCallEach: calls ? `${calls.verdict}: ${calls.actual}` : 'unknown',
    mostExposed,
    latencies: Object.fromEntries(
      Object.entries(latencies).map(([name, { n, p50, p99, max }]) => [
        name,
        { n, p50: round(p50), p99: round(p99), max: round(max) },
      ]),
    ),
    saturated,
    processes: Object.fromEntries(processes),
  };
}

function tell({
  users,
  chunksPerSecond,
  lost,
  mostExposed,
  latencies,
  processes,
  verdict,
  reasons,
}: Figures): void {
  console.log(
    `${users} users: ${verdict}, ${lost} lost, exposed at most ${mostExposed} chunks, ${chunksPerSecond} chunks/s`,
  );
  for (const [name, { n, p50, p99, max }] of Object.entries(latencies))
    console.log(`  ${name.padEnd(12)} p50 ${p50} ms  p99 ${p99} ms  max ${max} ms  n ${n}`);
  for (const [name, { cores, microsecondsAChunk, mebibytes }] of Object.entries(processes))
    console.log(`  ${name.padEnd(12)} ${cores} cores, ${microsecondsAChunk} µs a chunk, ${mebibytes} MiB`);
  for (const reason of reasons) console.log(`  ${reason}`);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** @param name of the file in docs/figures */
export async function keep(name: string, figures: object): Promise<void> {
  await mkdir('docs/figures', { recursive: true });
  await writeFile(`docs/figures/${name}.json`, `${JSON.stringify(figures, null, 2)}\n`);
}

/** A number that the environment may set in place of the usual one. */
export function asked(name: string, usual: number): number {
  return Number(process.env[`HOLDFAST_BENCH_${name}`] ?? usual);
}
