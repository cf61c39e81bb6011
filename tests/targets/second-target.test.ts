/** A target with another protocol (NDJSON, everything again, replace) passes and fails by the same checkers. */
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_BOUNDS } from '../../harness/runs/plan.ts';
import type { Results } from '../../harness/runs/results.ts';
import { run } from '../../harness/runs/run.ts';
import type { Target } from '../../harness/targets/target.ts';
import { scenarios } from '../../scenarios/index.ts';
import { failedChecks, runsFolder } from '../cli/holdfast.ts';
import { tinyTarget } from './tiny.ts';

async function verify(target: Target): Promise<Results> {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  const { results } = await run({
    target,
    scenarios: scenarios.filter(({ short }) => short),
    asked: false,
    drivers: ['api'],
    persistence: target.persistence,
    seed: 2,
    repeat: 1,
    jobs: 4,
    resume: 'auto',
    bounds: DEFAULT_BOUNDS,
    postgres: 'auto',
    out: path,
    allowSkip: false,
    command: 'test',
    signal: new AbortController().signal,
  });
  return results;
}

test('the clean one passes, and what it cannot do is not applicable, never passed', async () => {
  const results = await verify(tinyTarget());
  expect({ verdict: results.verdict, failure: results.failure, failed: failedChecks(results) }).toEqual({
    verdict: 'pass',
    failure: null,
    failed: { refresh: [], network: [], 'session-switch': [], 'concurrent-tabs': [], stack: [] },
  });
  const refresh = results.scenarios.find(({ id }) => id === 'refresh')!;
  const notApplicable = refresh.checks
    .filter(({ verdict }) => verdict === 'not-applicable')
    .map(({ id }) => id);
  expect(notApplicable).toEqual(
    expect.arrayContaining(['bounded-exposure', 'cursor-exact', 'access', 'cancel-honoured']),
  );
});

test('the one that loses a chunk on its way to the reader fails by name', async () => {
  const results = await verify(tinyTarget('loses-the-seventh'));
  expect(results.verdict).toBe('fail');
  expect(failedChecks(results)['concurrent-tabs']).toEqual(
    expect.arrayContaining(['no-loss', 'prefix-order']),
  );
  const lost = results.scenarios
    .find(({ id }) => id === 'concurrent-tabs')!
    .checks.find(({ id }) => id === 'no-loss')!;
  expect(lost).toMatchObject({
    verdict: 'fail',
    place: 'delivery',
    actual: expect.stringContaining('chunk 6'),
  });
});
