/** Merging shards gives what one run over all the samples would have given; what is no shard is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult, Violation } from '../../checkers/checker.ts';
import type { LoadResults } from '../../runs/load-results.ts';
import { DEFAULT_BOUNDS } from '../../runs/plan.ts';
import { RESULTS_VERSION, type Results } from '../../runs/results.ts';
import { verdictOf } from '../../runs/run.ts';
import { noCounts } from '../engine/counts.ts';
import { Latencies } from '../engine/latencies.ts';
import { count, emptyTally, type JudgedVisit, type Tally } from '../engine/tally.ts';
import { own } from '../engines/own.ts';
import { parseObjective } from '../objectives.ts';
import { rowsOf } from '../outcome.ts';
import type { LoadPlan } from '../plan.ts';
import { loadRow } from '../saturation.ts';
import { Series } from '../series.ts';
import { loadResultsOf } from '../summing.ts';
import { mergeShards } from './merge.ts';
import type { Shard } from './shard.ts';

const OBJECTIVES = ['lost == 0', 'goodput > 0.5', 'p99(recovery) < 300ms', 'mean(switch) < 1s', 'visits > 3'];

interface Visit {
  behaviour: string;
  verdict: 'pass' | 'fail' | 'unknown';
  measured: boolean;
  whole: boolean;
  struck: boolean;
  latencies: { name: string; ms: number }[];
}

function planOf(seed: number, users: number): LoadPlan {
  const answers = { chunks: 40, pace: { first: 200, gap: 40 } };
  const mix = { stay: 1, cut: 1 };
  const times = { warmup: 0, duration: 10_000, pollEvery: 2_000 };
  const arrivals = { kind: 'closed' } as const;
  return { seed, users, persistence: 'checkpoint', arrivals, mix, answers, bounds: DEFAULT_BOUNDS, ...times };
}

/** As an engine makes results of what its users did. */
function resultsOf(visits: readonly Visit[], seed: number, users = 1): Results & { load: LoadResults } {
  const plan = planOf(seed, users);
  const series = new Series();
  const latencies = new Latencies();
  latencies.record('lateness', 1);
  const tallies: Record<string, Tally> = {};
  for (const [n, visit] of visits.entries()) {
    const tally = tallies[visit.behaviour] ?? emptyTally();
    tallies[visit.behaviour] = tally;
    count(tally, judged(visit, n));
    for (const { name, ms } of visit.latencies) latencies.record(name, ms);
  }
  const quiet = { loop: { p99: 0, max: 0 }, cpu: 0, memory: 0, visits: 0, lost: 0 };
  series.push(0, { at: 1_000, counts: noCounts(), latencies: latencies.encode(), ...quiet });
  const { row, saturated } = loadRow(plan, series, [], [], 1);
  const rows = [...rowsOf(own, plan, tallies, { late: [], tardy: [] }, 1), row];
  const load = loadResultsOf({
    laid: { plan, faults: [], profile: null, arrivals: 'closed' },
    plan,
    workers: 1,
    outcome: { tallies, series, strikes: [], rows, saturated, processes: [] },
    objectives: OBJECTIVES.map(parseObjective),
    search: null,
    durability: { fsync: 'on' },
  });
  const unsure = load.objectives.some(({ verdict }) => verdict === 'unknown');
  const verdict = verdictOf(rows, [], null);
  return {
    version: RESULTS_VERSION,
    run: `run-${seed}`,
    seed,
    command: 'npx holdfast load',
    verdict: verdict === 'pass' && unsure ? 'unknown' : verdict,
    startedAt: new Date(0).toISOString(),
    durationMs: 1,
    environment: {
      holdfast: '1',
      commit: null,
      node: 'v24',
      os: 'linux',
      cpu: 'some',
      cores: 2,
      memoryGiB: 4,
      postgres: '18',
      browser: null,
      target: 'reference',
    },
    defects: [],
    scenarios: rows,
    skipped: [],
    flaws: [],
    failure: null,
    load,
  };
}

function judged({ behaviour, verdict, measured, whole, struck }: Visit, n: number): JudgedVisit {
  const violation: Violation = {
    clause: 'view-full',
    expected: 'all',
    actual: 'less',
    place: 'delivery',
    where: `view ${n}`,
    evidence: [],
  };
  const checks: CheckResult[] = [...own.fed].map((id) => {
    const broken = verdict === 'fail' && id === 'no-loss';
    const violations = broken ? [violation] : [];
    const common = {
      samples: 1,
      expected: '',
      actual: '',
      place: null,
      evidence: [],
      violationCount: violations.length,
    };
    return { id, verdict: broken ? 'fail' : 'pass', violations, ...common };
  });
  const reason = verdict === 'pass' ? null : 'a reason';
  return {
    verdict: { play: `load/${n}`, verdict, reason, checks, late: {}, metrics: {} },
    answers: 1,
    refused: false,
    measured,
    whole,
    kinds: struck ? [behaviour] : ['none'],
  };
}

const visits: fc.Arbitrary<Visit> = fc.record({
  behaviour: fc.constantFrom('stay', 'cut'),
  verdict: fc.constantFrom('pass', 'pass', 'pass', 'fail', 'unknown'),
  measured: fc.boolean(),
  whole: fc.boolean(),
  struck: fc.boolean(),
  latencies: fc.array(
    fc.record({
      name: fc.constantFrom('recovery', 'switch'),
      ms: fc.double({ min: 0, max: 4e6, noNaN: true }),
    }),
    { maxLength: 4 },
  ),
});

const shardOf = (results: Shard['results']): Shard => ({ path: results.run, results });

/** What must come out the same: all but names, times and the order of what is kept of violations. */
function essence({ verdict, scenarios, load }: Results) {
  const { counts, latencies, objectives, zeros, saturated } = load!;
  return {
    counts,
    objectives,
    zeros,
    saturated,
    latencies: Object.fromEntries(
      Object.entries(latencies).map(([name, { histogram: _, ...figures }]) => [
        name,
        // Each of the shards has a sample of its own of how late it was.
        name === 'lateness' ? null : figures,
      ]),
    ),
    ...{ verdict },
    rows: scenarios
      .filter(({ id }) => id !== 'load')
      .map(({ id, verdict, checks }) => ({
        id,
        verdict,
        checks: checks.map(({ id, verdict, samples, violationCount }) => ({
          id,
          verdict,
          samples,
          violationCount,
        })),
      }))
      .sort((a, b) => a.id.localeCompare(b.id)),
  };
}

test('shards that are merged are one run over all their samples', () => {
  fc.assert(
    fc.property(fc.array(fc.array(visits, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), (parts) => {
      // One that strikes nothing is in doubt for itself; what is worst of the shards is then worse than the whole.
      const sure = parts.map((part) => part.map((visit) => ({ ...visit, struck: true })));
      const merged = mergeShards(sure.map((part, n) => shardOf(resultsOf(part, n))));
      const whole = resultsOf(sure.flat(), 99);
      expect(essence(merged)).toEqual(essence(whole));
    }),
    { numRuns: 50 },
  );
});

test('in any order, and in any grouping', () => {
  fc.assert(
    fc.property(
      fc.array(visits, { maxLength: 9 }),
      fc.array(visits, { maxLength: 9 }),
      fc.array(visits),
      (...parts) => {
        const [a, b, c] = parts.map((part, n) => shardOf(resultsOf(part, n))) as [Shard, Shard, Shard];
        const pair = shardOf(mergeShards([c, a]) as Shard['results']);
        expect(essence(mergeShards([pair, b]))).toEqual(essence(mergeShards([a, b, c])));
      },
    ),
    { numRuns: 25 },
  );
});

test('the verdict is the worst, and says of which shard', () => {
  const good: Visit = {
    behaviour: 'stay',
    verdict: 'pass',
    measured: true,
    whole: true,
    struck: false,
    latencies: [],
  };
  const { verdict, scenarios, load } = mergeShards([
    shardOf(resultsOf([good, good], 1)),
    shardOf(resultsOf([good, { ...good, verdict: 'fail' }], 2)),
  ]);
  expect(verdict).toBe('fail');
  expect(scenarios[0]).toMatchObject({
    id: 'stay',
    verdict: 'fail',
    reason: expect.stringMatching(/^run-2: no-loss/),
  });
  expect(load).toMatchObject({
    counts: { visits: 4, lost: 1 },
    zeros: [{ kind: 'none', visits: 4, lost: 1, bound: null }],
    merged: [{ seed: 1 }, { seed: 2 }],
  });
});

test('the bound of none lost shrinks with the visits of all shards', () => {
  const good: Visit = {
    behaviour: 'stay',
    verdict: 'pass',
    measured: true,
    whole: true,
    struck: false,
    latencies: [],
  };
  const shards = [1, 2, 3].map((seed) => shardOf(resultsOf(Array(10).fill(good), seed)));
  expect(mergeShards(shards).load!.zeros).toMatchObject([
    { visits: 30, lost: 0, bound: 1 - 0.05 ** (1 / 30) },
  ]);
});

describe('refused, with the reason', () => {
  const plain = resultsOf([], 1);
  const other = (change: (results: Shard['results']) => object) => {
    const results = resultsOf([], 2);
    return shardOf({ ...results, ...change(results) });
  };
  test.for([
    ['the same run twice', () => shardOf(plain), /have the seed 1: they made the same visits/],
    [
      'a part of what was merged before',
      () => shardOf(mergeShards([shardOf(resultsOf([], 2)), shardOf(plain)]) as Shard['results']),
      /have the seed 1/,
    ],
    [
      'another target',
      () => other(({ environment }) => ({ environment: { ...environment, target: 'mine' } })),
      /their target differs: "reference" in run-1, "mine" in run-2/,
    ],
    [
      'another version',
      () => other(({ environment }) => ({ environment: { ...environment, holdfast: '2' } })),
      /version of holdfast differs/,
    ],
    [
      'another commit of the project under test',
      () => other(({ environment }) => ({ environment: { ...environment, commit: 'abc' } })),
      /commit of the project under test differs: null in run-1, "abc" in run-2/,
    ],
    [
      'another PostgreSQL',
      () => other(({ environment }) => ({ environment: { ...environment, postgres: '17' } })),
      /PostgreSQL differs/,
    ],
    [
      'a commit that is worth less',
      () => other(({ load }) => ({ load: { ...load, durability: { fsync: 'off' } } })),
      /durability of PostgreSQL differs/,
    ],
    [
      'another way of persisting',
      () =>
        other(({ scenarios }) => ({
          scenarios: scenarios.map((row) => ({ ...row, persistence: 'at-end' })),
        })),
      /ways of persisting differs/,
    ],
    [
      'another engine',
      () => other(({ scenarios }) => ({ scenarios: scenarios.map((row) => ({ ...row, driver: 'k6' })) })),
      /engine differs/,
    ],
    [
      'other answers',
      () => other(({ load }) => ({ load: { ...load, plan: { ...load.plan, answers: '2 chunks' } } })),
      /answers differs/,
    ],
    [
      'another mix',
      () => other(({ load }) => ({ load: { ...load, plan: { ...load.plan, mix: { stay: 1 } } } })),
      /mix differs/,
    ],
    ['a planted defect', () => other(() => ({ defects: ['x'] })), /planted defects differs/],
    [
      'a run that failed itself',
      () => other(() => ({ failure: { code: 'HF_K6', message: '' } })),
      /ended by HF_K6/,
    ],
    [
      'a search for a limit',
      () => other(({ load }) => ({ load: { ...load, search: { of: 'users', levels: [], limit: null } } })),
      /looked for a limit/,
    ],
  ] as [string, () => Shard, RegExp][])('%s', ([, shard, says]) => {
    expect(() => mergeShards([shardOf(plain), shard()])).toThrow(says);
  });

  test('nothing', () => expect(() => mergeShards([])).toThrow(/nothing to merge/));

  test('a visit that two files of one k6 test hold', () => {
    const shards = [new Set([1, 2]), new Set([2, 3])].map((of, n) => ({
      path: `part-${n}`,
      results: plain,
      visits: of,
    }));
    expect(() => mergeShards(shards)).toThrow(/the visit 2 of the seed 1 is in part-0 and part-1/);
    const apart = { ...shards[1]!, visits: new Set([3]) };
    expect(mergeShards([shards[0]!, apart]).load!.merged).toHaveLength(2);
  });
});
