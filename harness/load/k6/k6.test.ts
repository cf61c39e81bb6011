/**
 * With a real k6: each script plays against the reference stack and passes, and what is planted there makes it fail,
 * by name. Where there is no k6 (K6_BIN, the path, the cache), the reason is printed.
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

const k6 = await findK6();
if (!k6.ok) console.log(`skipped, everything that needs k6: ${k6.why}`);
const withK6 = test.skipIf(!k6.ok);

const SCRIPTS = fileURLToPath(new URL('../../../scenarios/k6/', import.meta.url));
/** 38 chunks: a whole number of checkpoints would leave no tail to lose. */
const SHORT = { duration: 2_000, warmup: 0, users: 3, chunks: '38', gap: '40ms' } as const;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-k6-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function run(mix: string, defects: string[] = []) {
  const options = {
    ...SHORT,
    engine: 'k6',
    mix,
    workers: 1,
    seed: 5,
    postgres: 'auto',
    out: folder(),
  } as const;
  const { results, folder: made } = await load({ ...options, defects }, {}, new AbortController().signal);
  expect(results.failure).toBeNull();
  const failed = results.scenarios.flatMap(({ id, checks }) =>
    checks.filter(({ verdict }) => verdict === 'fail').map((check) => `${id}: ${check.id}`),
  );
  return { results, failed, folder: made.path };
}

async function runScripts(
  names: readonly string[],
  defects: string[],
  env: Record<string, string> = {},
  parts: readonly string[] = [],
) {
  return withChat(folder(), defects, async (TARGET) => {
    const ends: Record<string, { exit: number; said: string }> = {};
    for (const name of names) {
      const told = { TARGET, ...env };
      const path = join(SCRIPTS, `${name}.ts`);
      if (parts.length === 0) ends[name] = await runScript(k6, path, told);
      // As the k6 operator splits a test over machines.
      const shares = parts.map((file, n) => ['--out', `json=${file}`, ...segment(n, parts.length)]);
      await Promise.all(shares.map((more) => runScript(k6, path, { ...told, USERS: '4' }, more)));
    }
    return ends;
  });
}

function segment(n: number, of: number): string[] {
  const ends = Array.from({ length: of + 1 }, (_, at) => (at === 0 ? '0' : at === of ? '1' : `${at}/${of}`));
  const [from, to] = [ends[n], ends[n + 1]];
  return ['--execution-segment', `${from}:${to}`, '--execution-segment-sequence', ends.join(',')];
}

withK6('each script passes its own thresholds on the reference server', async () => {
  const names = ['refresh', 'cut', 'switch', 'concurrent-tabs', 'status-polling'];
  const ends = await runScripts(names, []);
  expect(Object.entries(ends).map(([name, { exit }]) => [name, exit])).toEqual(
    names.map((name) => [name, 0]),
  );
});

/** 99 is what k6 ends with where a threshold was crossed. */
withK6('a script by itself finds what is planted, and says how many chunks', async () => {
  const { 'status-polling': end } = await runScripts(['status-polling'], ['tail-not-flushed'], {
    CHUNKS: '38',
  });
  expect(end!.exit).toBe(99);
  expect(end!.said).toMatch(/lost_chunks\s+✗ 'count==0' count=[1-9]/);
});

withK6('one in which nobody came fails, though no chunk was lost', async () => {
  const { refresh } = await runScripts(['refresh'], [], {
    SECONDS: '0.001',
    USERS: '1',
    CHUNKS: '2',
    GAP: '0',
  });
  expect(refresh!.exit).not.toBe(0);
});

withK6('a load by k6 is judged as any other, and keeps its samples', async () => {
  const { results, failed } = await run('refresh=1,cut=1,switch=1,concurrent-tabs=1,poll=1');
  expect(failed).toEqual([]);
  const rows = results.scenarios.filter(({ driver, id }) => driver === 'k6' && id !== 'load');
  expect(rows.length).toBeGreaterThan(1);
  for (const { checks } of rows) {
    const fed = checks.filter(({ id }) => ['no-loss', 'one-generation', 'convergence'].includes(id));
    expect(fed.every(({ samples }) => samples > 0)).toBe(true);
  }
  const { counts, latencies } = results.load!;
  expect(counts.failed + counts.unknown + counts.lost).toBe(0);
  expect(latencies['first-chunk']).toBeUndefined();
});

withK6.for([
  ['cursor-off-by-one', 'cut=1', 'cut: cursor-exact'],
  ['tail-not-flushed', 'refresh=1', 'refresh: no-loss'],
  ['saved-at-end', 'poll=1', 'poll: no-loss'],
  ['regenerates-on-reconnect', 'refresh=1', 'refresh: one-generation'],
] as const)('a server with %s fails a load of %s by %s', async ([defect, mix, check]) => {
  const { results, failed } = await run(mix, [defect]);
  expect(results.verdict).toBe('fail');
  expect(failed).toContain(check);
});

withK6(
  'two halves of one test are merged from their samples, and nothing is said of what nobody looked at',
  async () => {
    const out = folder();
    const files = [1, 2].map((n) => join(out, `part-${n}.json.gz`));
    await runScripts(['mix'], [], { SEED: '77' }, files);
    const { results } = await merge(files, { out, objective: ['lost == 0'] });
    const failed = results.scenarios.filter(({ verdict }) => verdict !== 'pass').map(({ reason }) => reason);
    expect([failed, results.verdict]).toEqual([[], 'unknown']);
    expect(results.load!.merged).toHaveLength(2);
    expect(results.load!.objectives).toMatchObject([{ verdict: 'met' }]);
    const allowed = await merge(files, { out, allowSkip: true });
    expect(allowed.results.verdict).toBe('pass');
    await expect(merge([files[0]!, files[0]!], { out })).rejects.toThrow(
      /the visit \d+ of the seed 77 is in/,
    );
  },
);

test('what k6 cannot play is refused, with what to do', async () => {
  const refused = (words: object) =>
    load({ engine: 'k6', workers: 1, seed: 1, postgres: 'auto', out: folder(), allowSkip: false, ...words });
  if (!k6.ok) return;
  await expect(refused({ gap: 'h100-8b' })).rejects.toThrow(/--gap 50ms/);
  await expect(refused({ fault: ['kill@1s'] })).rejects.toThrow(/leave out --fault/);
  await expect(refused({ arrivals: 'poisson', rate: 3 })).rejects.toThrow(/closed, constant, step and ramp/);
  await expect(refused({ profile: 'thundering-reconnect' })).rejects.toThrow(/users who stay/);
});
