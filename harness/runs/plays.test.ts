import { expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { tinyTarget } from '../../tests/targets/tiny.ts';
import { reference } from '../targets/reference.ts';
import { DEFAULT_BOUNDS } from './plan.ts';
import { planRun } from './plays.ts';
import { type RunOptions, verdictOf } from './run.ts';

const refresh = scenarios.filter(({ id }) => id === 'refresh');
const missing = { ok: false, why: 'playwright: not installed' } as const;

function plan(options: Partial<RunOptions>) {
  return planRun({
    target: reference,
    scenarios: refresh,
    asked: false,
    drivers: ['api', 'browser'],
    persistence: ['checkpoint'],
    seed: 1,
    repeat: 2,
    jobs: 1,
    resume: 'auto',
    bounds: DEFAULT_BOUNDS,
    postgres: 'auto',
    out: '',
    allowSkip: false,
    command: '',
    signal: new AbortController().signal,
    ...options,
  });
}

test('without a browser its plays are skipped, and that is a pass only where skipping was allowed', () => {
  for (const [allowSkip, verdict] of [
    [false, 'unknown'],
    [true, 'pass'],
  ] as const) {
    const { plans, skipped } = plan({ browser: missing, allowSkip });
    expect(plans.map(({ driver }) => driver)).toEqual(['api', 'api']);
    expect(skipped).toEqual([
      {
        what: 'refresh (browser, checkpoint)',
        why: `there is no browser: ${missing.why}`,
        allowed: allowSkip,
      },
    ]);
    const played = plans.map(({ scenario, play }) => ({ id: scenario.id, play, verdict: 'pass' as const }));
    expect(verdictOf(played as never, skipped, null)).toBe(verdict);
  }
});

test.for([
  ['a target without a page', { target: { ...reference, page: undefined } as never }, /has no page/],
  ['a run for which none was looked for', {}, /no browser was looked for/],
] as const)('%s plays nothing in a browser, and says so', ([, options, why]) => {
  const { plans, skipped } = plan({ drivers: ['browser'], ...options });
  expect(plans).toEqual([]);
  expect(skipped).toMatchObject([{ why: expect.stringMatching(why), allowed: false }]);
});

test('a scenario that none of the drivers plays is skipped, and one that some play is not', () => {
  const [scenario] = refresh;
  const onlyApi = [{ ...scenario!, drivers: ['api' as const] }];
  expect(plan({ scenarios: onlyApi, browser: missing }).skipped).toEqual([]);
  const asked = plan({ scenarios: onlyApi, drivers: ['browser'], asked: true });
  expect(asked.plans).toEqual([]);
  expect(asked.skipped).toMatchObject([{ what: 'refresh (checkpoint)', allowed: false }]);
});

test('what needs a second instance is skipped where the target does not say that it can run twice', () => {
  const twice = [{ ...refresh[0]!, instances: 2 as const }];
  expect(plan({ scenarios: twice, drivers: ['api'] }).skipped).toEqual([]);
  const { plans, skipped } = plan({ scenarios: twice, drivers: ['api'], persistence: ['at-end'] });
  expect(plans).toEqual([]);
  expect(skipped).toMatchObject([{ why: expect.stringMatching(/several processes/), allowed: true }]);
});

test('what a target cannot do is left out of all that there is, and missed where it was named', () => {
  const target = tinyTarget();
  const why = 'the target has no probe: what its database holds, or whether it has one, nobody can say';
  const onDatabase = scenarios.filter(({ id }) => /^database-(?!clock)/.test(id));
  for (const asked of [false, true]) {
    const { plans, skipped } = plan({ target, scenarios: onDatabase, drivers: ['api'], repeat: 1, asked });
    expect(plans).toEqual([]);
    expect(skipped.map((skip) => [skip.why, skip.allowed])).toEqual(onDatabase.map(() => [why, !asked]));
    expect(verdictOf([], skipped, null)).toBe('unknown');
  }
});

test('what a page need not do is left out in a browser alone', () => {
  const one = scenarios.filter(({ id }) => id === 'there-and-back');
  const { plans, skipped } = plan({
    target: tinyTarget(),
    scenarios: one,
    repeat: 1,
    browser: { ok: true } as never,
  });
  expect(plans.map(({ driver }) => driver)).toEqual(['api']);
  expect(skipped).toMatchObject([{ what: 'there-and-back (browser, checkpoint)', allowed: true }]);
});
