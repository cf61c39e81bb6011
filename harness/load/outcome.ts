/** From what the workers counted to verdicts: a row for each behaviour, as any other play has one. */

import type { CheckResult, Metric } from '../checkers/checker.ts';
import { checkers } from '../checkers/index.ts';
import { upperBoundOfZero } from '../runs/bound.ts';
import type { Zero } from '../runs/load-results.ts';
import type { ScenarioResult, Skipped } from '../runs/results.ts';
import type { Latencies } from './engine/latencies.ts';
import { type CheckTally, emptyTally, mergeTally, type Tally } from './engine/tally.ts';
import type { Doing, Engine } from './engines/engine.ts';
import type { LoadPlan } from './plan.ts';

export function totalOf(tallies: Readonly<Record<string, Tally>>): Tally {
  const total = emptyTally();
  for (const tally of Object.values(tallies)) mergeTally(total, tally);
  return total;
}

/** What users were to do, and nobody came to do. @param asked that was no matter of chance: it was asked for in words */
export function undone(
  { doings }: Pick<Engine, 'doings'>,
  plan: LoadPlan,
  tallies: Readonly<Record<string, Tally>>,
  asked: boolean,
): Skipped[] {
  return doings
    .filter(({ id }) => (plan.mix[id] ?? 0) > 0 && !tallies[id])
    .map(({ id }) => ({
      what: `users who ${id}`,
      why: 'by chance none came: let more come, or for longer',
      allowed: !asked,
    }));
}

/**
 * @param engine whose behaviours they are
 * @param after the LLM was called for these seeds when their visits had been judged: `late`, once more; `tardy`, for
 *   the first time, so that nothing can be said of the answer
 */
export function rowsOf(
  engine: Pick<Engine, 'doings' | 'driver' | 'fed'>,
  plan: LoadPlan,
  tallies: Readonly<Record<string, Tally>>,
  { late, tardy }: { late: readonly number[]; tardy: readonly number[] },
  durationMs: number,
): ScenarioResult[] {
  const rows = engine.doings.flatMap((doing) => {
    const tally = tallies[doing.id];
    return tally ? [rowOf(engine, plan, doing, tally, durationMs)] : [];
  });
  const [first] = rows;
  if (first && late.length > 0) blameLate(first, late);
  if (first?.verdict === 'pass' && tardy.length > 0) {
    first.verdict = 'unknown';
    first.reason = `The LLM was called for ${tardy.length} answers only after they had been given up, the first the send ${tardy[0]}.`;
  }
  return rows;
}

function rowOf(
  { driver, fed }: Pick<Engine, 'driver' | 'fed'>,
  { persistence }: LoadPlan,
  { id, title, strikes, feeds = [] }: Doing,
  tally: Tally,
  durationMs: number,
): ScenarioResult {
  const checks = checkers.map(({ id, holds }) =>
    checkOf(id, holds, fed.has(id) || feeds.includes(id), tally.checks[id]),
  );
  return {
    id,
    title,
    driver,
    persistence,
    repetition: 1,
    play: `${persistence}/${id}/${driver}/1`,
    ...conclusionOf(id, strikes, tally, checks),
    checks,
    metrics: {},
    durationMs,
    strikes: [`${tally.visits} visits, ${tally.answers} answers`],
    artifacts: [],
  };
}

function checkOf(id: string, holds: string, isFed: boolean, tally: CheckTally | undefined): CheckResult {
  const { samples = 0, violations = [], violationCount = 0, unknown = 0 } = tally ?? {};
  const [first] = violations;
  const result = (verdict: CheckResult['verdict'], actual: string): CheckResult => ({
    id,
    verdict,
    samples,
    expected: first?.expected ?? holds,
    actual,
    place: first?.place ?? null,
    evidence: first?.evidence ?? [],
    violations,
    violationCount,
  });
  if (first) return result('fail', `${first.actual} (${first.where})`);
  if (unknown > 0) return result('unknown', `nothing can be said of ${unknown} visits`);
  if (samples > 0) return result('pass', `held in ${samples} of ${samples} samples`);
  return isFed
    ? result('unknown', 'nothing came that it could judge')
    : result('not-applicable', 'nothing came that it could judge');
}

function conclusionOf(
  id: string,
  strikes: boolean,
  tally: Tally,
  checks: readonly CheckResult[],
): Pick<ScenarioResult, 'verdict' | 'reason'> {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) {
    const [{ id: first, expected, actual, place }] = failed as [CheckResult];
    const others = failed.slice(1).map((check) => check.id);
    const also = others.length > 0 ? ` Failed as well: ${others.join(', ')}.` : '';
    const of = `${tally.failed} of ${tally.visits} visits.`;
    return {
      verdict: 'fail',
      reason: `${first}: expected ${expected}; found ${actual}; place: ${place}; ${of}${also}`,
    };
  }
  const unknown = (reason: string) => ({ verdict: 'unknown' as const, reason });
  if (tally.unknown > 0) return unknown(`${tally.unknown} of ${tally.visits} visits: ${tally.reasons[0]}`);
  const doubt = checks.find(({ verdict }) => verdict === 'unknown');
  if (doubt) return unknown(`${doubt.id}: ${doubt.actual}.`);
  if (strikes && (tally.exposed[id]?.visits ?? 0) === 0)
    return unknown(`No answer was going on when it was the time to ${id}.`);
  return { verdict: 'pass', reason: null };
}

/** A call for an answer that was over: which visit would have shown it, nobody knows any more. */
function blameLate(row: ScenarioResult, late: readonly number[]): void {
  const check = row.checks.find(({ id }) => id === 'one-generation')!;
  const [seed] = late;
  const violation = {
    clause: 'one-call',
    expected: 'no LLM call for an answer that is over',
    actual: `${late.length === 1 ? 'a call' : `${late.length} calls`} after the end, the first for the send ${seed}`,
    place: 'generation' as const,
    where: `send ${seed}`,
    evidence: [],
  };
  Object.assign(check, {
    verdict: 'fail',
    expected: violation.expected,
    actual: violation.actual,
    place: violation.place,
    violations: [violation, ...check.violations].slice(0, 20),
    violationCount: check.violationCount + late.length,
  });
  row.verdict = 'fail';
  row.reason ??= `one-generation: expected ${violation.expected}; found ${violation.actual}`;
}

/** Latencies as figures of a play. */
export function metricsOf(latencies: Latencies): Record<string, Metric> {
  return Object.fromEntries(
    latencies.names().map((name) => {
      const { n, min, max } = latencies.summary(name)!;
      return [
        name,
        { unit: 'ms', n, min, p50: latencies.at(name, 0.5)!, p99: latencies.at(name, 0.99)!, max },
      ];
    }),
  );
}

export function zeros(total: Tally): Zero[] {
  return Object.entries(total.exposed)
    .map(([kind, { visits, lost }]) => ({
      kind,
      visits,
      lost,
      bound: lost > 0 || visits === 0 ? null : upperBoundOfZero(visits),
    }))
    .sort((a, b) => a.kind.localeCompare(b.kind));
}
