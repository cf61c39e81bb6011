/**
 * How fast the reference page is, in a real browser on the real server: switching to a session that it holds, going on
 * after a loss of the network, by resuming and by asking alone, and what 4,000 chunks of Markdown cost its main thread.
 * Moments are the page's own marks (docs/contract.md), tasks are those of Chromium's trace. Writes docs/figures/page.json.
 *
 *     node bench/main.ts page
 */
import { describeEnvironment } from '../harness/runs/environment.ts';
import { writeFigures } from './figures.ts';
import { measureRecovery } from './page/recovery.ts';
import { CHUNKS, GAP, measureRendering } from './page/rendering.ts';
import { POLL, type Stage, withStage } from './page/stage.ts';
import { measureSwitching } from './page/switching.ts';
import type { MainThread } from './page/trace.ts';

export async function run(): Promise<void> {
  const figures = await withStage(measure);
  await writeFigures('page', figures);
}

async function measure(stage: Stage) {
  const { browser, postgres } = stage.environment;
  console.log(`the page in ${browser}, over loopback`);
  const switching = await measureSwitching(stage);
  const { thread, bytes } = switching;
  const shown = told(
    `switch to a cached session of ${Math.round(bytes / 1_000)} KB, until it is in the document`,
    switching.shown,
  );
  const painted = told('the same, until the frame that shows it', switching.painted);
  console.log(`  ${'its main thread'.padEnd(WIDTH)} ${describe(thread)}`);
  const recovery = await measureRecovery(stage);
  const resumed = told('online to the first new chunk, by resuming', recovery.resumed);
  const polled = told(`online to the first new text, by asking alone every ${POLL} ms`, recovery.polled);
  const unannounced = told('healed without a word of the browser, by asking alone', recovery.unannounced);
  const renderings = [];
  for (const { kind, ...rendering } of await measureRendering(stage)) {
    console.log(
      `  ${`${CHUNKS} chunks, ${kind}`.padEnd(WIDTH)} ${describe(rendering)}, ${(rendering.cpu / CHUNKS).toFixed(2)} ms of CPU a chunk`,
    );
    renderings.push({
      kind,
      chunks: CHUNKS,
      gap: GAP,
      ...rounded(rendering),
      cpuPerChunk: round(rendering.cpu / CHUNKS),
    });
  }
  return {
    environment: describeEnvironment(postgres, 'reference'),
    browser,
    switching: { shown, painted, thread: rounded(thread) },
    recovery: { poll: POLL, resumed, polled, unannounced },
    renderings,
  };
}

const WIDTH = 66;

/** @param values ms, sorted */
function told(what: string, values: readonly number[]) {
  const quantiles = {
    count: values.length,
    p50: at(values, 0.5),
    p99: at(values, 0.99),
    max: round(values.at(-1)!),
  };
  const { count, p50, p99, max } = quantiles;
  console.log(`  ${what.padEnd(WIDTH)} p50 ${p50} ms, p99 ${p99} ms, max ${max} ms of ${count}`);
  return quantiles;
}

function describe({ longest, long }: MainThread): string {
  return `longest task ${round(longest.wall)} ms (${round(longest.cpu)} ms of CPU), ${long} of 50 ms or more`;
}

function rounded({ longest, cpu, long }: MainThread) {
  return { longestWall: round(longest.wall), longestCpu: round(longest.cpu), cpu: round(cpu), long };
}

function at(sorted: readonly number[], quantile: number): number {
  return round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * quantile) - 1)]!);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
