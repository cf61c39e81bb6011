import { expect, test } from 'vitest';
import type { CheckResult } from '../../checkers/checker.ts';
import { count, emptyTally } from './tally.ts';

function visited(held: CheckResult['verdict']) {
  const check: CheckResult = {
    id: 'no-loss',
    verdict: held,
    samples: 1,
    expected: '',
    actual: '',
    place: null,
    evidence: [],
    violations: [],
    violationCount: held === 'fail' ? 1 : 0,
  };
  const verdict = { play: 'load/1', checks: [check], verdict: 'fail' as const, reason: null, metrics: {} };
  const tally = emptyTally();
  count(tally, { verdict, answers: 1, refused: false, measured: true, whole: false, kinds: ['cut'] });
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
