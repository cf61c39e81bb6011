import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Results } from '../harness/runs/results.ts';
import { renderJUnit } from './junit.ts';
import { createSample } from './testing/sample.ts';
import { type Element, elements, parseXml, textOf } from './testing/xml.ts';

const read = (results: Results) => parseXml(renderJUnit(results));
const outcome = (testcase: Element) => testcase.children[0]?.name ?? 'pass';
const passing = (): Results => {
  const { results } = createSample({ persistence: ['checkpoint'] });
  return { ...results, verdict: 'pass', skipped: [], scenarios: results.scenarios.slice(0, 3) };
};

describe('renderJUnit', () => {
  it('has a suite for each scenario, driver and persistence and a case for each checker', () => {
    const { results } = createSample();
    const suites = [...elements(read(results), 'testsuite')];
    expect(suites.map((s) => s.attributes.name)).toContain('network (api, at-end)');
    expect(suites).toHaveLength(8 + 1);
    const refresh = suites[0]!;
    const outcomes = Object.fromEntries(
      [...elements(refresh, 'testcase')].map((c) => [c.attributes.name, outcome(c)]),
    );
    expect(outcomes).toMatchObject({
      'no-loss': 'failure',
      'prefix-order': 'pass',
      access: 'skipped',
      coverage: 'pass',
    });
    const [failure] = [...elements(refresh, 'failure')];
    expect(failure!.attributes.message).toBe(
      'no-loss in the database: no row of the answer; first missing: chunk 0, offset 0',
    );
    expect(textOf(failure!)).toMatch(
      /^expected: the 40 chunks[\s\S]*\nevidence: harness#\d+ harness#\d+\nviolations: 2$/,
    );
  });

  it('counts what it holds', () => {
    const root = read(createSample({ repeat: 2 }).results);
    for (const element of [root, ...root.children]) {
      const cases = [...elements(element, 'testcase')];
      const of = (name: string) => String(cases.filter((c) => outcome(c) === name).length);
      expect(element.attributes).toMatchObject({
        tests: String(cases.length),
        failures: of('failure'),
        errors: of('error'),
        skipped: of('skipped'),
      });
    }
  });

  it('names every case of a suite differently, with repetitions too', () => {
    for (const suite of elements(read(createSample({ repeat: 3 }).results), 'testsuite')) {
      const names = [...elements(suite, 'testcase')].map((c) => c.attributes.name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each<[string, (r: Results) => Results]>([
    ['a pass', (r) => r],
    [
      'a pass with a skip that was allowed',
      (r) => ({ ...r, skipped: [{ what: 'k6', why: 'no', allowed: true }] }),
    ],
    [
      'a skip without leave',
      (r) => ({ ...r, verdict: 'unknown', skipped: [{ what: 'k6', why: 'no', allowed: false }] }),
    ],
    [
      'a damaged history',
      (r) => ({ ...r, verdict: 'unknown', flaws: [{ line: 1, flaw: 'sequence-gap', message: 'm' }] }),
    ],
    ['no play', (r) => ({ ...r, verdict: 'unknown', scenarios: [] })],
    [
      'a failure of the harness',
      (r) => ({ ...r, verdict: 'unknown', failure: { code: 'HF_LISTEN', message: 'm' } }),
    ],
    ['a play that no checker explains', (r) => ({ ...r, verdict: 'unknown', scenarios: [unexplained(r)] })],
    ['the sample', () => createSample().results],
  ])('is red exactly when the run did not pass: %s', (_, change) => {
    const results = change(passing());
    const root = read(results);
    const red = Number(root.attributes.failures) + Number(root.attributes.errors) > 0;
    expect(red).toBe(results.verdict !== 'pass');
  });

  it('is well-formed whatever the texts hold', () => {
    const base = passing();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const check = {
          ...base.scenarios[0]!.checks[0]!,
          verdict: 'fail' as const,
          expected: text,
          actual: text,
        };
        const play = { ...base.scenarios[0]!, id: text, checks: [check], verdict: 'fail' as const };
        read({ ...base, command: text, scenarios: [play], verdict: 'fail' });
      }),
    );
    const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).join('');
    read({ ...base, command: all });
  });
});

function unexplained(results: Results) {
  return { ...results.scenarios[0]!, verdict: 'unknown' as const, reason: 'nobody knows' };
}
