/** What came of the visits of one behaviour: a sum of verdicts that merges over processes and runs. */
import type { CheckResult, Violation } from '../../checkers/checker.ts';
import type { PlayVerdict } from '../../checkers/judge.ts';

/** More violations of one check are counted and not kept. */
const KEPT = 20;
const REASONS_KEPT = 5;

export interface CheckTally {
  samples: number;
  violations: Violation[];
  violationCount: number;
  /** Those of them that break liveness alone. */
  late: number;
  /** Answers of which nothing could be said, although there were samples. */
  unknown: number;
}

/**
 * Visits that one kind of fault hit while an answer was coming, and how many of them lost something. Those of which
 * that is not known, such as of an answer that was still coming, are no tries; nor are those without an answer that
 * could have been lost, since the send was refused.
 */
export interface Exposed {
  visits: number;
  lost: number;
}

export interface Tally {
  visits: number;
  /** Answers that were asked for and taken on. */
  answers: number;
  /** Visits of which the send was refused. */
  refused: number;
  /** Visits that were measured, and those of them whose answers came whole. */
  measured: number;
  good: number;
  /** Visits that lost something, as no-loss has it. */
  lost: number;
  passed: number;
  failed: number;
  unknown: number;
  /** Why visits were not passed: the first few, each with its visit. */
  reasons: string[];
  checks: Record<string, CheckTally>;
  /** By kind of fault. */
  exposed: Record<string, Exposed>;
}

export function noCheck(): CheckTally {
  return { samples: 0, violations: [], violationCount: 0, late: 0, unknown: 0 };
}

export function emptyTally(): Tally {
  return {
    visits: 0,
    answers: 0,
    refused: 0,
    measured: 0,
    good: 0,
    lost: 0,
    passed: 0,
    failed: 0,
    unknown: 0,
    reasons: [],
    checks: {},
    exposed: {},
  };
}

export interface JudgedVisit {
  verdict: PlayVerdict;
  /** Answers that were taken on. */
  answers: number;
  refused: boolean;
  measured: boolean;
  /** All its answers came whole. */
  whole: boolean;
  /** Kinds of faults that hit it while an answer was coming; none of them: it was left alone. */
  kinds: readonly string[];
}

export function count(tally: Tally, visit: JudgedVisit): void {
  const { verdict, answers, refused, measured, whole, kinds } = visit;
  const noLoss = verdict.checks.find(({ id }) => id === 'no-loss')?.verdict;
  const lost = noLoss === 'fail' ? 1 : 0;
  tally.visits++;
  tally.answers += answers;
  tally.lost += lost;
  if (refused) tally.refused++;
  if (measured) tally.measured++;
  if (measured && whole && verdict.verdict === 'pass') tally.good++;
  for (const check of verdict.checks) countCheck(tally, check, verdict.late[check.id] ?? 0);
  for (const kind of noLoss === 'pass' || noLoss === 'fail' ? kinds : []) {
    const exposed = tally.exposed[kind] ?? { visits: 0, lost: 0 };
    tally.exposed[kind] = { visits: exposed.visits + 1, lost: exposed.lost + lost };
  }
  // Of a send that was refused there is nothing to judge; that it was refused is counted.
  if (verdict.verdict === 'fail') tally.failed++;
  else if (verdict.verdict === 'pass') tally.passed++;
  else if (!refused) tally.unknown++;
  if (verdict.reason !== null && !(refused && verdict.verdict === 'unknown'))
    keep(tally.reasons, [`${verdict.play}: ${verdict.reason}`], REASONS_KEPT);
}

function countCheck(
  tally: Tally,
  { id, verdict, samples, violations, violationCount }: CheckResult,
  late: number,
): void {
  const check = tally.checks[id] ?? noCheck();
  tally.checks[id] = check;
  check.samples += samples;
  check.violationCount += violationCount;
  check.late += late;
  if (verdict === 'unknown') check.unknown++;
  keep(check.violations, violations, KEPT);
}

function keep<T>(kept: T[], more: readonly T[], most: number): void {
  kept.push(...more.slice(0, Math.max(0, most - kept.length)));
}

/** Adds `other` to `tally`. */
export function mergeTally(tally: Tally, other: Tally): void {
  for (const key of [
    'visits',
    'answers',
    'refused',
    'measured',
    'good',
    'lost',
    'passed',
    'failed',
    'unknown',
  ] as const)
    tally[key] += other[key];
  keep(tally.reasons, other.reasons, REASONS_KEPT);
  for (const [id, more] of Object.entries(other.checks)) {
    const check = tally.checks[id];
    if (!check) {
      tally.checks[id] = { ...more, violations: [...more.violations] };
      continue;
    }
    check.samples += more.samples;
    check.violationCount += more.violationCount;
    check.late += more.late;
    check.unknown += more.unknown;
    keep(check.violations, more.violations, KEPT);
  }
  for (const [kind, more] of Object.entries(other.exposed)) {
    const exposed = tally.exposed[kind] ?? { visits: 0, lost: 0 };
    tally.exposed[kind] = { visits: exposed.visits + more.visits, lost: exposed.lost + more.lost };
  }
}
