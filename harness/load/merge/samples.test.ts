/** What raw samples of a k6 without a harness say: whole visits, visits without an end, files without one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { answered, CAPABILITIES } from '../../checkers/testing/history.ts';
import { DEFAULT_BOUNDS } from '../../runs/plan.ts';
import { type LoadPlan, questionOf } from '../plan.ts';
import { shardOfSamples } from './samples.ts';

const plan: LoadPlan = {
  seed: 3,
  users: 1,
  persistence: 'checkpoint',
  arrivals: { kind: 'closed' },
  mix: { refresh: 1 },
  answers: { chunks: 12, pace: { first: 0, gap: 0 }, text: 'marked' },
  bounds: DEFAULT_BOUNDS,
  warmup: 0,
  duration: 1_000,
  pollEvery: 2_000,
};
const settings = (mix: LoadPlan['mix']) =>
  JSON.stringify({ plan: { ...plan, mix }, about: { name: 'test', capabilities: CAPABILITIES } });

let at = Date.parse('2026-01-01T00:00:00Z');
const line = (metric: string, tags: object, metadata: object, value = 1) =>
  JSON.stringify({
    metric,
    type: 'Point',
    data: { time: new Date(at++).toISOString(), value, tags, metadata },
  });

const TAGS = { behaviour: 'refresh', measured: 'yes' };
const begins = (visit: number, more: object = {}) =>
  line('visits_begun', TAGS, { visit: String(visit), ...more });
const onTime = line('lateness_ms', TAGS, {}, 1);

/** A visit as k6 hands it over, which shows in the end the whole answer, or this much of it. */
function ends(visit: number, shown?: number): string {
  const { spec } = questionOf(plan, visit, 0);
  const told = answered({ sends: [spec], plan: { ledger: 'calls' } });
  told.finishes(shown === undefined ? {} : { fresh: told.text(shown) });
  // Of the ledger and the database k6 knows nothing.
  const events = told.events.filter(({ type }) => !type.startsWith('llm.') && type !== 'row');
  const sessions = [{ id: 'kelp', sends: [spec.seed] }];
  return line('holdfast_history', TAGS, {
    visit: String(visit),
    answers: '1',
    struck: 'yes',
    whole: 'yes',
    sessions: JSON.stringify(sessions),
    events: JSON.stringify(events),
  });
}

function shard(lines: readonly string[], { allowSkip = true, cut = 0 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-samples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'part.json.gz');
  const bytes = gzipSync(lines.map((each) => `${each}\n`).join(''));
  writeFileSync(file, bytes.subarray(0, bytes.length - cut));
  return shardOfSamples(file, allowSkip);
}

const first = begins(0, { settings: settings({ refresh: 1 }) });
const whole = () => [first, onTime, ends(0)];

test('a whole visit passes, as far as it was allowed that nobody looked into ledger and database', async () => {
  const { results, visits } = await shard(whole());
  expect(results.scenarios.map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual([
    ['refresh', 'pass', null],
    ['load', 'pass', null],
  ]);
  expect([results.verdict, [...visits!]]).toEqual(['pass', [0]]);
  expect((await shard(whole(), { allowSkip: false })).results.verdict).toBe('unknown');
});

test('an answer that lacks something fails', async () => {
  const { results } = await shard([first, onTime, ends(0, 9)]);
  expect(results.verdict).toBe('fail');
  expect(results.load.counts).toMatchObject({ visits: 1, lost: 1 });
});

test('of a visit without an end nothing is known', async () => {
  const { results, visits } = await shard([...whole(), begins(1)]);
  expect(results.verdict).toBe('unknown');
  expect(results.scenarios[0]!.reason).toMatch(/never told its end/);
  expect([...visits!]).toEqual([0, 1]);
});

test('what nobody came to do is said', async () => {
  const both = begins(0, { settings: settings({ refresh: 1, cut: 1 }) });
  const { results } = await shard([both, onTime, ends(0)]);
  expect(results.skipped.map(({ what }) => what)).toEqual([
    'the ledger of the LLM and the database',
    'users who cut',
  ]);
});

test('a file that breaks off, or lacks its beginning, is refused', async () => {
  await expect(shard(whole(), { cut: 20 })).rejects.toThrow(/cannot be read/);
  await expect(shard(whole().slice(1))).rejects.toThrow(/no sample that says what was planned/);
});
