/** From a plan to how k6 lets users come. */
import type { LoadPlan } from '../../../harness/load/plan.ts';
import { thresholds } from './metrics.ts';
import type { Settings } from './settings.ts';

export type Thresholds = Record<string, string[]>;

/** Whether answers are interrupted in what is played, so that there must be recoveries. */
export function recoversIn(
  { plan }: Settings,
  behaviours: readonly { id: string; recovers: boolean }[],
): boolean {
  return behaviours.some(({ id, recovers }) => recovers && (plan.mix[id] ?? 0) > 0);
}

/** Who has come stays to the end: longer than any answer and the bound after it. */
const GRACE = '30m';
/** Of an open loop: users that k6 keeps ready, and the most it may have at once. */
const READY = 50;
const MOST = 5_000;

export function optionsOf({ plan, recovery }: Settings, recovers: boolean) {
  return {
    scenarios: { holdfast: { ...executorOf(plan), gracefulStop: GRACE, exec: 'default' } },
    thresholds: thresholds(recovers, recovery),
    // What a request costs stands in our own metrics; series of k6's own are kept few.
    systemTags: ['scenario', 'status', 'method', 'error_code', 'expected_response'],
    noConnectionReuse: false,
    discardResponseBodies: false,
  };
}

function executorOf({ arrivals, users, warmup, duration }: LoadPlan) {
  const length = warmup + duration;
  const pool = { preAllocatedVUs: Math.min(users, READY), maxVUs: Math.min(users, MOST) };
  switch (arrivals.kind) {
    case 'closed':
      return { executor: 'constant-vus', vus: users, duration: `${length}ms` };
    case 'constant':
      return {
        executor: 'constant-arrival-rate',
        ...perThousand(arrivals.rate),
        duration: `${length}ms`,
        ...pool,
      };
    case 'ramp':
      return ramping(arrivals.rate, [[arrivals.to, length]]);
    case 'step':
      return ramping(arrivals.rate, [
        [arrivals.rate, arrivals.at],
        [arrivals.to, 0],
        [arrivals.to, length - arrivals.at],
      ]);
    default:
      throw new Error(`k6 lets nobody come as ${arrivals.kind}`);
  }

  function ramping(rate: number, stages: [number, number][]) {
    const { rate: startRate, timeUnit } = perThousand(rate);
    return {
      executor: 'ramping-arrival-rate',
      startRate,
      timeUnit,
      stages: stages.map(([to, ms]) => ({ target: perThousand(to).rate, duration: `${ms}ms` })),
      ...pool,
    };
  }
}

/** k6 takes whole numbers only. */
function perThousand(rate: number) {
  return { rate: Math.max(1, Math.round(rate * 1_000)), timeUnit: '1000s' };
}
