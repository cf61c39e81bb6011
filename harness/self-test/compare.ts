/** What was found beside what must be found. */
import { type Results, type ScenarioResult, STACK_SCENARIO } from '../runs/results.ts';

export interface Expectation {
  /** Exactly these checkers must fail. */
  fails: readonly string[];
  /** These may be left unjudged. */
  unjudged: readonly string[];
}

export interface Found {
  failed: string[];
  unjudged: string[];
  outcome: 'exact' | 'differs' | 'not-played';
  why: string | null;
}

export function compare(results: Results, { fails, unjudged: allowed }: Expectation): Found {
  const failed = checksThat(results, 'fail');
  const unjudged = checksThat(results, 'unknown').filter((id) => !failed.includes(id));
  const found = { failed, unjudged };
  const { failure, skipped } = results;
  if (failure) return { ...found, outcome: 'not-played', why: `${failure.code}: ${failure.message}` };
  if (skipped[0]) return { ...found, outcome: 'not-played', why: skipped[0].why };
  const differences = [
    ...told(
      'missed by',
      fails.filter((id) => isMissed(results, id)),
    ),
    ...told(
      'alarmed without a cause',
      failed.filter((id) => !fails.includes(id)),
    ),
    ...told(
      'left unjudged',
      unjudged.filter((id) => !allowed.includes(id) && !fails.includes(id)),
    ),
    ...doubts(results, unjudged),
  ];
  if (differences.length === 0) return { ...found, outcome: 'exact', why: null };
  return { ...found, outcome: 'differs', why: differences.join('; ') };
}

/** Some play did not fail by it, and neither did the stack that all share. */
function isMissed({ scenarios }: Results, checker: string): boolean {
  const fails = ({ checks }: ScenarioResult) =>
    checks.some(({ id, verdict }) => id === checker && verdict === 'fail');
  const stackFails = scenarios.some((play) => play.id === STACK_SCENARIO && fails(play));
  return !stackFails && scenarios.some((play) => play.id !== STACK_SCENARIO && !fails(play));
}

/** In the order in which checkers are listed. */
function checksThat({ scenarios }: Results, verdict: 'fail' | 'unknown'): string[] {
  const order = scenarios[0]?.checks.map(({ id }) => id) ?? [];
  const ids = scenarios.flatMap(({ checks }) =>
    checks.filter((check) => check.verdict === verdict).map(({ id }) => id),
  );
  return [...new Set(ids)].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** Plays of which nothing can be said although every checker could say something. */
function doubts({ scenarios }: Results, unjudged: readonly string[]): string[] {
  if (!scenarios.some(({ id }) => id !== STACK_SCENARIO)) return ['nothing was played'];
  return scenarios
    .filter(({ verdict, reason }) => verdict === 'unknown' && unjudged.length === 0 && reason !== null)
    .map(({ reason }) => reason!);
}

function told(what: string, checkers: readonly string[]): string[] {
  return checkers.length === 0 ? [] : [`${what} ${checkers.join(', ')}`];
}
