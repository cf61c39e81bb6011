/** The instrument's test of itself, in its short form: a few defects of each kind. All: `npm run holdfast -- self-test`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SelfTestResults } from '../../harness/self-test/results.ts';
import { failedChecks, holdfast, latest, resultsOf, runsFolder } from './holdfast.ts';

function folder(): string {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  return path;
}

const OF_EACH_KIND =
  'cursor-ignored,regenerates-on-reconnect,snapshot-live-gap,tail-not-flushed,lost-end,done-before-saved,' +
  'stop-loses-partial,stream-crosstalk,key-ignored,stop-open-to-all';

test('defects are caught by exactly the checkers that are written down', async () => {
  const out = folder();
  const { exit, stdout, stderr } = await holdfast([
    'self-test',
    '--defect',
    OF_EACH_KIND,
    '--json',
    '--out',
    out,
  ]);
  const results = JSON.parse(stdout) as SelfTestResults;
  const inexact = results.planted.filter(({ outcome }) => outcome !== 'exact');
  expect({ exit, inexact }, stderr).toEqual({ exit: 0, inexact: [] });
  expect(results.planted.map(({ defect }) => defect)).toHaveLength(10);
  const report = readFileSync(latest(out, 'report.html'), 'utf8');
  for (const { defect, folder: run } of results.planted) {
    expect(report).toContain(defect);
    expect(existsSync(join(latest(out), run!, 'report.html'))).toBe(true);
  }
});

test('anyone can play against a target that is broken on purpose, and the result says so', async () => {
  const out = folder();
  const args = ['verify', '--scenario', 'few-chunks', '--defect', 'tail-not-flushed', '--seed', '7'];
  const { exit, stdout } = await holdfast([...args, '--driver', 'api', '--out', out]);
  expect(exit).toBe(1);
  expect(stdout).toContain('broken on purpose, by 1 planted defect: tail-not-flushed');
  expect(stdout).toMatch(/repeat .*--defect tail-not-flushed --seed 7/);
  expect(resultsOf(out).defects).toEqual(['tail-not-flushed']);
  expect(failedChecks(resultsOf(out))['few-chunks']).toEqual(['convergence', 'no-loss', 'truthful-status']);
  expect(readFileSync(latest(out, 'report.html'), 'utf8')).toContain('broken on purpose');
});
