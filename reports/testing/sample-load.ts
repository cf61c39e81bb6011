/** Results of a load run with every field in every kind it can be. */
import type { LoadResults, Second } from '../../harness/runs/load-results.ts';

export function createLoadSample(): LoadResults {
  const seconds = Array.from({ length: 31 }, (_, at): Second => {
    const struck = at >= 20 && at < 22;
    return {
      at,
      visits: Math.min(50, at * 10),
      streams: struck ? 0 : Math.min(45, at * 9),
      chunks: struck ? 3 : Math.min(180, at * 36),
      begun: 4,
      judged: at > 10 ? 4 : 0,
      refused: 0,
      broken: at === 20 ? 45 : 0,
      lost: at > 22 ? 1 : 0,
      latencies:
        at === 22
          ? { recovery: { n: 45, p50: 12, p99: 40, max: 44 } }
          : { 'first-chunk': { n: 4, p50: 230, p99: 260, max: 260 } },
      loop: 6,
      cpu: 0.2,
      memory: 180,
    };
  });
  return {
    plan: {
      profile: 'thundering-reconnect',
      arrivals: 'closed',
      users: 50,
      warmup: 5_000,
      duration: 25_000,
      mix: { stay: 1 },
      answers: '160 chunks, one every 250 ms',
      workers: 2,
    },
    counts: {
      visits: 120,
      answers: 120,
      refused: 0,
      lost: 1,
      passed: 119,
      failed: 1,
      unknown: 0,
      measured: 100,
      good: 99,
      chunks: 19_200,
    },
    latencies: {
      recovery: {
        n: 45,
        min: 3,
        mean: 13,
        p50: 12,
        p90: 30,
        p99: 40,
        p999: 44,
        max: 44,
        histogram: 'HISTFAAAA',
      },
    },
    objectives: [
      { objective: 'p99(recovery) < 500ms', value: 40, verdict: 'met' },
      { objective: 'lost == 0', value: 1, verdict: 'missed' },
      { objective: 'p99(switch) < 1s', value: null, verdict: 'unknown' },
    ],
    saturated: 'users came late: by 210 ms at the 99th percentile, where 100 are borne',
    zeros: [
      { kind: 'none', visits: 75, lost: 1, bound: null },
      { kind: 'cut', visits: 45, lost: 0, bound: 0.0644 },
    ],
    strikes: [{ kind: 'cut', at: 20_000, until: 22_000, live: 45 }],
    seconds,
    search: {
      of: 'users',
      levels: [
        { level: 50, held: true, why: null },
        { level: 100, held: false, why: 'lost == 0: 1' },
        { level: 50, held: true, why: null },
      ],
      limit: 50,
    },
    processes: seconds.map(({ at }) => ({
      at,
      uses: { target: { memory: 120 + (at % 5), cpu: 0.4 }, llm: { memory: 60, cpu: 0.1 } },
    })),
    memory: [
      { process: 'llm', mean: 60, slope: 0, error: 0.1, verdict: 'flat' },
      { process: 'target', mean: 122, slope: 0.5, error: 2, verdict: 'unknown' },
    ],
    durability: { fsync: 'on', synchronous_commit: 'on' },
    merged: [],
  };
}
