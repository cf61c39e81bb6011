/** Adds what became of one request to the sums of its doing. */
import { noCheck, type Tally } from '../../engine/tally.ts';
import type { Outcome } from './asking.ts';
import type { ShortDoing } from './doings.ts';

const KEPT = 20;
const REASONS_KEPT = 5;

export function tallied(tally: Tally, { feeds }: ShortDoing, outcome: Outcome, measured: boolean): void {
  tally.visits += 1;
  if (measured) tally.measured += 1;
  if (outcome.is === 'refused') {
    tally.refused += 1;
    return;
  }
  if (outcome.is === 'lost-track') {
    tally.unknown += 1;
    if (tally.reasons.length < REASONS_KEPT) tally.reasons.push(outcome.why);
    return;
  }
  const { breaches } = outcome;
  for (const id of feeds) checkOf(tally, id).samples += 1;
  if (breaches.length === 0) {
    tally.passed += 1;
    if (measured) tally.good += 1;
    return;
  }
  tally.failed += 1;
  if (breaches.some(({ checker }) => checker === 'no-loss')) tally.lost += 1;
  for (const { checker, violation } of breaches) {
    const check = checkOf(tally, checker);
    if (!feeds.includes(checker)) check.samples += 1;
    check.violationCount += 1;
    if (check.violations.length < KEPT) check.violations.push(violation);
  }
}

function checkOf(tally: Tally, id: string) {
  tally.checks[id] ??= noCheck();
  return tally.checks[id];
}
