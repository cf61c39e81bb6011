/**
 * With a k6 that has k6/x/sse: streams are read chunk by chunk, and what only that can see is seen. Where there is no
 * such k6 (K6_BIN, the path, the cache), the reason is printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findK6 } from '../../stack/k6/find.ts';
import { load } from '../load.ts';
import { merge } from '../merge/merge.ts';
import { runScript, withChat } from './testing/scripts.ts';

const k6 = await findK6(process.env, { sse: true });
if (!k6.ok) console.log(`skipped, everything that needs a k6 with k6/x/sse: ${k6.why}`);
const withK6 = test.skipIf(!k6.ok);

const SCRIPTS = fileURLToPath(new URL('../../../scenarios/k6/sse/', import.meta.url));
const EACH = ['refresh', 'cut', 'switch', 'concurrent-tabs', 'poll'];
/** By this seed the first five visits are one of each. */
const SEED = 1;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-k6-sse-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function run(engine: 'k6' | 'k6-sse', mix: string, defects: string[] = [], users = 3) {
  const { results } = await load(
    {
      engine,
      mix,
      defects,
      users,
      duration: 1_000,
      warmup: 0,
      chunks: '38',
      gap: '40ms',
      workers: 1,
      seed: SEED,
      postgres: 'auto',
      out: folder(),
    },
    {},
    new AbortController().signal,
  );
  expect(results.failure).toBeNull();
  const failed = results.scenarios.flatMap(({ id, checks }) =>
    checks.filter(({ verdict }) => verdict === 'fail').map((check) => `${id}: ${check.id}`),
  );
  return { results, failed };
}

withK6('each behaviour holds, chunk by chunk, and says so', async () => {
  const { results, failed } = await run('k6-sse', EACH.map((id) => `${id}=1`).join(','), [], 5);
  expect(failed).toEqual([]);
  const rows = results.scenarios.filter(({ id }) => EACH.includes(id));
  expect(rows.map(({ id, driver, verdict }) => [id, driver, verdict])).toEqual(
    EACH.map((id) => [id, 'k6-sse', 'pass']),
  );
  const resumed = rows.find(({ id }) => id === 'cut')!.checks.find(({ id }) => id === 'cursor-exact')!;
  expect(resumed).toMatchObject({ verdict: 'pass' });
  const { counts, latencies } = results.load!;
  expect(counts.failed + counts.unknown + counts.lost).toBe(0);
  expect(latencies['first-chunk']!.n).toBeGreaterThanOrEqual(counts.answers);
  expect(latencies['chunk-gap']!.n).toBeGreaterThan(latencies['first-chunk']!.n);
  expect(latencies.recovery!.n).toBeGreaterThan(0);
});

withK6.for([
  // Missing in the stream of who asked: to stock k6 what a cut stream brought is lost.
  ['subscribe-after-start', 'no-loss'],
  ['cursor-in-other-units', 'cursor-exact'],
] as const)('a server with %s fails a load of cut=1 by %s', async ([defect, check]) => {
  const { results, failed } = await run('k6-sse', 'cut=1', [defect]);
  expect(results.verdict).toBe('fail');
  expect(failed).toContain(`cut: ${check}`);
});

withK6('the same k6 plays as a stock one, to whom no id of an event is ever shown', async () => {
  const { results, failed } = await run('k6', 'cut=1', ['cursor-in-other-units']);
  expect([failed, results.verdict]).toEqual([[], 'pass']);
  expect(results.scenarios.map(({ driver }) => driver)).not.toContain('k6-sse');
});

withK6(
  'a script by itself keeps its thresholds, finds what is planted, and its samples can be judged',
  async () => {
    const out = folder();
    const samples = join(out, 'samples.json.gz');
    const ends = await withScripts(async (script) => [
      await script('cut', ['--out', `json=${samples}`]),
      await script('concurrent-tabs'),
    ]);
    expect(ends).toEqual([0, 0]);
    const { results } = await merge([samples], { out, allowSkip: true });
    expect(results.verdict).toBe('pass');
    expect(results.scenarios[0]).toMatchObject({ id: 'cut', driver: 'k6-sse', verdict: 'pass' });
    // What k6 ends with where a threshold was crossed.
    expect(await withScripts((script) => script('cut'), ['subscribe-after-start'])).toBe(99);
  },
);

/** @returns with what they ended */
function withScripts<T>(
  use: (script: (name: string, more?: readonly string[]) => Promise<number>) => Promise<T>,
  defects: string[] = [],
): Promise<T> {
  return withChat(folder(), defects, (TARGET) =>
    use(async (name, more = []) => {
      const { exit } = await runScript(k6, join(SCRIPTS, `${name}.ts`), { TARGET }, more);
      return exit;
    }),
  );
}
