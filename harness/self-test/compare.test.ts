import { describe, expect, test } from 'vitest';
import type { CheckVerdict } from '../checkers/checker.ts';
import type { Results, ScenarioResult } from '../runs/results.ts';
import { compare } from './compare.ts';

function play(id: string, verdicts: Record<string, CheckVerdict>): ScenarioResult {
  const checks = ['no-loss', 'prefix-order', 'access', 'hygiene'].map((checker) => ({
    id: checker,
    verdict: verdicts[checker] ?? ('pass' as const),
    samples: 1,
    expected: '',
    actual: '',
    place: null,
    evidence: [],
    violations: [],
    violationCount: 0,
  }));
  const worst = (['fail', 'unknown'] as const).find((verdict) => checks.some((c) => c.verdict === verdict));
  return {
    id,
    title: id,
    driver: 'api',
    persistence: 'checkpoint',
    repetition: 1,
    play: id,
    verdict: worst ?? 'pass',
    reason: worst ? 'because' : null,
    checks,
    metrics: {},
    durationMs: 1,
    strikes: [],
    artifacts: [],
  };
}

const resultsOf = (scenarios: ScenarioResult[], more: Partial<Results> = {}) =>
  ({ scenarios, skipped: [], failure: null, ...more }) as unknown as Results;

const LOSS = { 'no-loss': 'fail', 'prefix-order': 'fail' } as const;
const MUST = { fails: ['no-loss', 'prefix-order'], unjudged: ['access'] };

describe('a row is exact', () => {
  test.each([
    ['where exactly what must fail fails', [play('a', LOSS)]],
    ['where what may be left unjudged is', [play('a', { ...LOSS, access: 'unknown' })]],
    ['in every repetition', [play('a', LOSS), play('a', LOSS), play('stack', {})]],
  ])('%s', (_, scenarios) => {
    expect(compare(resultsOf(scenarios), MUST)).toMatchObject({ outcome: 'exact', why: null });
  });

  test('where a checker of the stack must fail and does', () => {
    const scenarios = [play('a', {}), play('stack', { hygiene: 'fail' })];
    expect(compare(resultsOf(scenarios), { fails: ['hygiene'], unjudged: [] }).outcome).toBe('exact');
  });

  test('where nothing may fail and nothing does', () => {
    expect(compare(resultsOf([play('a', {})]), { fails: [], unjudged: [] }).outcome).toBe('exact');
  });
});

describe('a row differs', () => {
  test.each([
    ['a checker missed it', [play('a', { 'no-loss': 'fail' })], 'missed by prefix-order'],
    [
      'a checker missed it once',
      [play('a', LOSS), play('a', { 'no-loss': 'fail' })],
      'missed by prefix-order',
    ],
    ['another alarmed', [play('a', { ...LOSS, access: 'fail' })], 'alarmed without a cause access'],
    [
      'the stack alarmed',
      [play('a', LOSS), play('stack', { hygiene: 'fail' })],
      'alarmed without a cause hygiene',
    ],
    ['another was left unjudged', [play('a', { ...LOSS, hygiene: 'unknown' })], 'left unjudged hygiene'],
    ['nothing was found', [play('a', {})], 'missed by no-loss, prefix-order'],
    ['nothing was played', [play('stack', LOSS)], 'nothing was played'],
    ['what must fail was left unjudged', [play('a', { ...LOSS, 'no-loss': 'unknown' })], 'missed by no-loss'],
    [
      'a play is doubtful in itself',
      [{ ...play('a', {}), verdict: 'unknown', reason: 'it broke off' }],
      'it broke off',
    ],
  ] as [string, ScenarioResult[], string][])('where %s', (_, scenarios, why) => {
    const found = compare(resultsOf(scenarios), MUST);
    expect(found.outcome).toBe('differs');
    expect(found.why).toContain(why);
  });
});

test('what was not played proves nothing', () => {
  const skipped = [{ what: 'a (browser)', why: 'there is no browser', allowed: false }];
  const failure = { code: 'HF_PROCESS_DIED', message: 'it died' };
  expect(compare(resultsOf([], { skipped }), MUST)).toMatchObject({
    outcome: 'not-played',
    why: 'there is no browser',
  });
  expect(compare(resultsOf([play('a', LOSS)], { failure }), MUST)).toMatchObject({
    outcome: 'not-played',
    why: 'HF_PROCESS_DIED: it died',
  });
});
