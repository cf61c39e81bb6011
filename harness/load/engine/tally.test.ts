import { expect, test } from 'vitest';
import type { CheckResult } from '../../checkers/checker.ts';
import { count, emptyTally } from './tally.ts';

const CHECK: CheckResult = {
  id: 'no-loss',
  verdict: 'pass',
  samples: 1,
  expected: '',
  actual: '',
  place: null,
  evidence: [],
  violations: [],
  violationCount: 0,
};
const VERDICT = { play: 'load/1', verdict: 'fail' as const, reason: null, metrics: {}, late: {} };
const VISIT = { answers: 1, refused: false, measured: true, whole: false, kinds: ['cut'] };

function visited(held: CheckResult['verdict']) {
  const check = { ...CHECK, verdict: held, violationCount: held === 'fail' ? 1 : 0 };
  const tally = emptyTally();
  count(tally, { ...VISIT, verdict: { ...VERDICT, checks: [check] } });
  return { lost: tally.lost, failed: tally.failed, exposed: tally.exposed };
}

test.each([
  ['fail', { lost: 1, failed: 1, exposed: { cut: { visits: 1, lost: 1 } } }],
  ['pass', { lost: 0, failed: 1, exposed: { cut: { visits: 1, lost: 0 } } }],
  // Of an answer that is late nobody knows: it is neither lost nor one that could have been and was not.
  ['unknown', { lost: 0, failed: 1, exposed: {} }],
  // A send that was refused has no answer: a thousand of them prove nothing about loss.
  ['not-applicable', { lost: 0, failed: 1, exposed: {} }],
] as const)('a visit of which no-loss says %s', (held, told) => {
  expect(visited(held)).toEqual(told);
});

test.each([
  ['convergence', 2, 1, 1],
  ['convergence', 1, 0, 0],
  ['eventual-end', 3, 3, 3],
  ['no-loss', 1, 0, 0],
] as const)('of the violations of %s, %i of them, %i marked', (id, violationCount, marked, expected) => {
  const check: CheckResult = { ...CHECK, id, verdict: 'fail', violationCount };
  const tally = emptyTally();
  count(tally, { ...VISIT, verdict: { ...VERDICT, checks: [check], late: { [id]: marked } } });
  expect(tally.checks[id]).toMatchObject({ violationCount, late: expected });
});
