/** Whole runs: what is planted is found among many, what is sound passes, and what was not looked at never does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type LoadOptions, load } from './load.ts';

const CONFIG = fileURLToPath(new URL('./testing/tiny.config.ts', import.meta.url));

async function run(options: Partial<LoadOptions>, defect?: string) {
  const out = mkdtempSync(join(tmpdir(), 'holdfast-load-'));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  vi.stubEnv('HOLDFAST_TEST_DEFECT', defect ?? '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { results } = await load(
    { workers: 2, seed: 3, postgres: 'auto', out, warmup: 0, ...options },
    {},
    new AbortController().signal,
  );
  expect(results.failure).toBeNull();
  // Each visit that was measured saw a first chunk.
  const { counts, latencies } = results.load!;
  if (defect === undefined && counts.refused + counts.unknown === 0)
    expect(latencies['first-chunk']?.n).toBeGreaterThanOrEqual(counts.measured);
  const failed = results.scenarios.flatMap(({ id, checks }) =>
    checks.filter(({ verdict }) => verdict === 'fail').map((check) => `${id}: ${check.id}`),
  );
  // Other work on the machine may make the generator late: then it must say so, and nothing else.
  const doubts = results.scenarios.filter(({ id, verdict }) => verdict === 'unknown' && id !== 'load');
  return { results, failed, doubts, load: results.load! };
}

const SHORT = { duration: 3_000, chunks: '12', gap: '20ms' } as const;

test('the reference server holds, whatever users do, and a kill costs no more than it may', async () => {
  const mix = 'stay=1,refresh=1,cut=1,poll=1,switch=1,second-tab=1,stop=1';
  const { failed, doubts, load, results } = await run({
    ...SHORT,
    users: 14,
    mix,
    chunks: '40',
    fault: ['kill@2s'],
    objective: ['lost == 0', 'p50(first-chunk) < 60s', 'max(recovery) < 60s'],
  });
  expect([failed, doubts]).toEqual([[], []]);
  expect(load.counts).toMatchObject({ lost: 0, failed: 0, unknown: 0 });
  expect(load.strikes).toMatchObject([{ kind: 'kill', live: expect.any(Number) }]);
  expect(load.objectives.map(({ verdict }) => verdict)).toEqual(['met', 'met', 'met']);
  // A kill that found nobody in the middle of an answer hit nobody.
  const [{ live } = { live: 0 }] = load.strikes;
  expect(load.zeros.some(({ kind }) => kind === 'kill')).toBe(live > 0);
  expect(load.zeros.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['cut', 'refresh']));
  expect(results.scenarios.map(({ id }) => id)).toEqual(expect.arrayContaining(['stay', 'load', 'stack']));
  expect(results.environment.postgres === null ? null : load.durability).toMatchObject({ fsync: 'on' });
});

test('a rolling restart of two instances under load loses nothing, and leaves one', async () => {
  const { failed, doubts, load } = await run({
    duration: 8_000,
    chunks: '40',
    gap: '20ms',
    users: 10,
    mix: 'stay=2,refresh=1,cut=1',
    fault: ['rolling@2s'],
    objective: ['lost == 0'],
  });
  expect([failed, doubts]).toEqual([[], []]);
  expect(load.counts).toMatchObject({ lost: 0, failed: 0, unknown: 0 });
  expect(load.strikes).toMatchObject([{ kind: 'rolling', live: expect.any(Number) }]);
});

test('one chunk that one of 2,000 streams loses is found, named and located', async () => {
  // Never more at once than any machine bears: who is late for that comes all the same.
  const pace = { arrivals: 'constant', rate: 400, duration: 5_000, users: 16, chunks: '10', gap: '1ms' };
  const { failed, load, results } = await run(
    { ...pace, config: CONFIG, mix: 'stay=1' },
    'loses-the-seventh-of-1234',
  );
  expect(load.counts.visits).toBeGreaterThanOrEqual(1_999);
  expect([results.verdict, load.counts.lost, load.counts.failed]).toEqual(['fail', 1, 1]);
  expect(failed).toEqual(expect.arrayContaining(['stay: no-loss', 'stay: prefix-order']));
  const check = results.scenarios[0]!.checks.find(({ id }) => id === 'no-loss')!;
  expect(check.violations[0]).toMatchObject({
    clause: 'view-full',
    actual: expect.stringMatching(/^9 of 10 chunks; missing: chunk [67]$/),
    place: 'delivery',
    where: expect.stringMatching(/^user-\d+-tab-1, /),
  });
  expect(load.zeros).toMatchObject([{ kind: 'none', lost: 1, bound: null }]);
});

test.for([
  ['goes-on-after-the-end', 'one-terminal'],
  ['lists-each-twice', 'one-generation'],
  ['lists-all-rooms', 'isolation'],
] as const)('a target that %s fails by %s', async ([defect, checker]) => {
  const { failed, results } = await run({ ...SHORT, config: CONFIG, users: 4, mix: 'stay=1' }, defect);
  expect(results.verdict).toBe('fail');
  expect(failed).toContain(`stay: ${checker}`);
});

test('a target of which nothing can be read never passes', async () => {
  const options = { ...SHORT, config: CONFIG, users: 2, mix: 'stay=1', duration: 1_000 };
  const { results } = await run(options, 'speaks-in-tongues');
  expect(results.verdict).not.toBe('pass');
});

test('an objective without samples is unknown, and a fault that hits nobody proves nothing', async () => {
  const { results, load } = await run({
    ...SHORT,
    config: CONFIG,
    users: 1,
    mix: 'stay=1',
    duration: 1_000,
    objective: ['p99(switch) < 1s'],
    fault: ['cut@1ms:1ms'],
  });
  expect(load.objectives).toEqual([{ objective: 'p99(switch) < 1s', value: null, verdict: 'unknown' }]);
  expect(results.verdict).toBe('unknown');
  expect(results.scenarios.find(({ id }) => id === 'load')?.reason).toMatch(/hit no live stream/);
});
