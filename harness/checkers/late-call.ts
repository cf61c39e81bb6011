/**
 * The LLM is called once more for an answer of which the play was over and had been judged. No fold is left that could
 * tell it, and so it is added to the verdict.
 */
import type { RecordedOf } from '../history/events.ts';
import { refOf } from './anomaly.ts';
import { type CheckResult, VIOLATIONS_KEPT, type Violation } from './checker.ts';
import type { PlayVerdict } from './judge.ts';

export function calledAgain(verdict: PlayVerdict, call: RecordedOf<'llm.call'>): PlayVerdict {
  const violation: Violation = {
    clause: 'one-call',
    expected: 'no LLM call for an answer that is over',
    actual: `a call for the send ${call.send} after the end of its play`,
    place: 'generation',
    where: `LLM call ${call.call}`,
    evidence: [refOf(call)],
  };
  const { expected, actual, place } = violation;
  return {
    ...verdict,
    verdict: 'fail',
    reason:
      verdict.verdict === 'fail'
        ? verdict.reason
        : `one-generation: expected ${expected}; found ${actual}; place: ${place}.`,
    checks: verdict.checks.map((check) => (check.id === 'one-generation' ? blamed(check, violation) : check)),
  };
}

function blamed(check: CheckResult, violation: Violation): CheckResult {
  const violations = [...check.violations, violation];
  const { expected, actual, place, where, evidence } = violations[0]!;
  return {
    id: check.id,
    verdict: 'fail',
    samples: Math.max(1, check.samples),
    expected,
    actual: `${actual} (${where})`,
    place,
    evidence,
    violations: violations.slice(0, VIOLATIONS_KEPT),
    violationCount: check.violationCount + 1,
  };
}
