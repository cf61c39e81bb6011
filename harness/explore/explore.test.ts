/** Explorations of a second target, tiny and quick, which is sound or has a defect that is not named to them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, onTestFinished, test } from 'vitest';
import { tinyTarget } from '../../tests/targets/tiny.ts';
import { ABLE, nameOf, readProgram } from '../programs/program.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { type Exploration, explore } from './explore.ts';
import type { Explored } from './results.ts';
import { batchesOf, rowOf } from './row.ts';

const schema = JSON.parse(readFileSync(new URL('./results.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);
const errorsOf = (results: Explored) => (validate(results) ? [] : validate.errors);

function exploring(defect: string, runs: number): Promise<Exploration> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-explore-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return explore({
    target: tinyTarget(defect),
    persistence: 'memory',
    runs,
    seed: 1,
    jobs: 4,
    bounds: DEFAULT_BOUNDS,
    postgres: 'auto',
    out: folder,
    keep: join(folder, 'kept'),
    command: 'test',
    signal: new AbortController().signal,
  });
}

test('a sound target: nothing is found, and what was looked at is told', async () => {
  const { results, folder } = await exploring('', 24);
  expect({ doubts: results.doubts, failure: results.failure, found: results.found }).toEqual({
    doubts: [],
    failure: null,
    found: null,
  });
  expect(results).toMatchObject({ verdict: 'pass', programs: { asked: 24, played: 24, firstFailed: null } });
  expect(results.tally.steps.ask).toBeGreaterThanOrEqual(24);
  expect(results.tally.checks['no-loss']!.plays).toBe(24);
  expect(Object.values(results.tally.faults).some(({ live }) => live > 0)).toBe(true);
  expect(errorsOf(results)).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder.path, 'explored.json'), 'utf8'))).toEqual(results);
});

test('a defect: the shortest program is found, confirmed and kept', async () => {
  const { results, run } = await exploring('loses-the-seventh', 24);
  expect(results).toMatchObject({ verdict: 'fail', failure: null });
  const found = results.found!;
  // One chunk of a stream is lost: a question, and nothing else, brings that out.
  expect(found.program.steps.map((step) => step.do)).toEqual(['ask']);
  expect(found.checkers).toEqual(expect.arrayContaining(['no-loss']));
  expect(found.confirmed).toEqual({ plays: 5, failed: 5 });
  expect(readProgram(found.file!)).toEqual(found.program);
  expect(found.command).toContain(`--replay '{"program":1`);
  expect(run!.results.verdict).toBe('fail');
  expect(existsSync(join(found.report!, 'history.jsonl'))).toBe(true);
  expect(errorsOf(results)).toEqual([]);
});

test('the same seed stands for the same row of different programs, however many are played together', () => {
  const row = { seed: 3, runs: 60, abilities: ABLE };
  const names = [...rowOf(row)].map(nameOf);
  expect(new Set(names).size).toBe(60);
  for (const jobs of [1, 7]) expect([...batchesOf({ ...row, jobs })].flat().map(nameOf)).toEqual(names);
  expect([...rowOf({ ...row, seed: 4 })].map(nameOf)).not.toEqual(names);
});

test('an exploration that is broken off proves nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-explore-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const controller = new AbortController();
  const { results } = await explore({
    target: tinyTarget(),
    persistence: 'memory',
    runs: 500,
    seed: 1,
    jobs: 2,
    bounds: DEFAULT_BOUNDS,
    postgres: 'auto',
    out: folder,
    command: 'test',
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  expect(results).toMatchObject({ verdict: 'unknown', found: null, failure: { code: 'INTERRUPTED' } });
  expect(results.programs.played).toBeLessThan(500);
  expect(errorsOf(results)).toEqual([]);
});
