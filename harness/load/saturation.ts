/**
 * Whether the load was what it claims to be: users came on time, those who measure were not busy themselves, and each
 * fault found somebody to strike. A generator that is late shows a system slower than it is, or spares it.
 */
import type { CheckResult } from '../checkers/checker.ts';
import type { Second, Strike } from '../runs/load-results.ts';
import type { ScenarioResult } from '../runs/results.ts';
import type { Scheduled } from './faults.ts';
import { metricsOf } from './outcome.ts';
import type { LoadPlan } from './plan.ts';
import type { Series } from './series.ts';

/** Users who come later than this (ms, at the 99th percentile) were not the load that was asked for. */
const LATEST = 100;
/** A worker whose event loop is late by more than this (ms, p99 of a second) measures itself … */
export const SLOWEST_LOOP = 100;
/** … and says so where that was in more than this share of the seconds. */
const SLOW_SECONDS = 0.05;

export const LOAD_SCENARIO = 'load';
const DRIVER = 'load';

export function saturationOf(plan: LoadPlan, series: Series): string | null {
  const late = series.latencies.at('lateness', 0.99);
  if (late !== undefined && late > LATEST)
    return `users came late: by ${Math.round(late)} ms at the 99th percentile, where ${LATEST} are borne`;
  const seconds = series.all().filter(({ at, visits }) => at * 1_000 >= plan.warmup && visits > 0);
  const slow = seconds.filter(({ loop }) => loop > SLOWEST_LOOP);
  if (slow.length <= SLOW_SECONDS * seconds.length) return null;
  return `its own event loops were late by more than ${SLOWEST_LOOP} ms (p99) in ${slow.length} of ${seconds.length} seconds${busiest(slow)}`;
}

function busiest(seconds: readonly Second[]): string {
  const cpu = Math.max(...seconds.map((second) => second.cpu));
  return `; its busiest worker used ${Math.round(cpu * 100)} % of a core`;
}

/** The load itself, among the rows. */
export function loadRow(
  plan: LoadPlan,
  series: Series,
  strikes: readonly Strike[],
  faults: readonly Scheduled[],
  durationMs: number,
): { row: ScenarioResult; saturated: string | null } {
  const saturated = saturationOf(plan, series);
  const vain = strikes.filter(({ live }) => live === 0);
  const samples = series.latencies.count('lateness');
  // Where all are there before anything is measured, and what is measured is what strikes them, nobody can be late.
  const nobodyIsDue = samples === 0 && plan.arrivals.kind === 'closed' && strikes.length > 0;
  const onTime: CheckResult = {
    ...EMPTY,
    id: 'on-time',
    samples,
    verdict:
      saturated !== null || (samples === 0 && !nobodyIsDue)
        ? 'unknown'
        : nobodyIsDue
          ? 'not-applicable'
          : 'pass',
    expected: 'users come when they were to come, and are not measured by a generator that is late itself',
    actual: saturated ?? (samples === 0 ? 'nobody came after the warm-up' : `held for ${samples} visits`),
  };
  const missed = faults.length - strikes.length;
  const struck: CheckResult = {
    ...EMPTY,
    id: 'coverage',
    samples: strikes.length,
    verdict: faults.length === 0 ? 'not-applicable' : vain.length + missed > 0 ? 'unknown' : 'pass',
    expected: 'each fault strikes answers that are coming',
    actual:
      vain.length + missed > 0
        ? `${vain.length + missed} of ${faults.length} faults hit no live stream`
        : `${strikes.length} of ${faults.length} faults hit live streams`,
  };
  const doubt = [onTime, struck].find(({ verdict }) => verdict === 'unknown');
  const row: ScenarioResult = {
    id: LOAD_SCENARIO,
    title: 'The load itself',
    driver: DRIVER,
    persistence: plan.persistence,
    repetition: 1,
    play: `${plan.persistence}/${LOAD_SCENARIO}/${DRIVER}/1`,
    verdict: doubt ? 'unknown' : 'pass',
    reason: doubt
      ? doubt === onTime && saturated
        ? `Generator saturated: ${saturated}.`
        : `${doubt.actual}.`
      : null,
    checks: [onTime, struck],
    metrics: metricsOf(series.latencies),
    durationMs,
    artifacts: [],
    strikes: strikes.map(
      ({ kind, at, live }) => `${kind} at ${(at / 1_000).toFixed(1)} s hit ${live} live streams`,
    ),
  };
  return { row, saturated };
}

const EMPTY = {
  place: null,
  evidence: [],
  violations: [],
  violationCount: 0,
} as const satisfies Partial<CheckResult>;
