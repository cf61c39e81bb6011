import { expect, test } from 'vitest';
import type { Strike } from '../runs/load-results.ts';
import type { Arrivals } from './arrivals.ts';
import { Latencies } from './engine/latencies.ts';
import type { LoadPlan } from './plan.ts';
import { loadRow } from './saturation.ts';
import { Series } from './series.ts';

const CLOSED: Arrivals = { kind: 'closed' };
const OPEN: Arrivals = { kind: 'constant', rate: 5 };
const HIT: Strike = { kind: 'cut', at: 1_000, until: 2_000, live: 7 };
const FAULT = { kind: 'cut', at: 1_000, lasts: 1_000 };

/** @param late how late users were who came after the warm-up, ms; null: nobody came */
function verdicts(arrivals: Arrivals, late: number | null, strikes: Strike[]) {
  const series = new Series();
  const latencies = new Latencies();
  if (late !== null) latencies.record('lateness', late);
  series.latencies.merge(latencies.encode());
  const plan = { arrivals, warmup: 0, persistence: 'append' } as LoadPlan;
  const { row } = loadRow(plan, series, strikes, strikes.length > 0 ? [FAULT] : [], 1);
  return [row.verdict, ...row.checks.map(({ verdict }) => verdict)];
}

test.each<[string, Arrivals, number | null, Strike[], string[]]>([
  ['users came on time', CLOSED, 1, [], ['pass', 'pass', 'not-applicable']],
  ['users came late', CLOSED, 500, [], ['unknown', 'unknown', 'not-applicable']],
  ['nobody came, and nothing happened', CLOSED, null, [], ['unknown', 'unknown', 'not-applicable']],
  ['all had come before, and were struck', CLOSED, null, [HIT], ['pass', 'not-applicable', 'pass']],
  [
    'all had come before, and the strike met nobody',
    CLOSED,
    null,
    [{ ...HIT, live: 0 }],
    ['unknown', 'not-applicable', 'unknown'],
  ],
  ['somebody was to come, and did not', OPEN, null, [HIT], ['unknown', 'unknown', 'pass']],
])('%s', (_name, arrivals, late, strikes, expected) => {
  expect(verdicts(arrivals, late, strikes)).toEqual(expected);
});
