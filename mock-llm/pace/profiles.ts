/** Paces and lengths that were seen in the world, with where they are told. */
import type { Quantiles } from './quantiles.ts';

export interface PaceProfile {
  /** For the documentation. */
  what: string;
  source: string;
  /** ms from the call to its first chunk. */
  first: Quantiles;
  /** ms between two chunks. */
  gap: Quantiles;
}

export interface LengthProfile {
  what: string;
  source: string;
  /** Output tokens, here chunks. */
  chunks: Quantiles;
}

/** Quantiles of a normal distribution, cut at three deviations. */
function normal(mean: number, deviation: number): Quantiles {
  const standard: Quantiles = [
    [0, -3],
    [0.0228, -2],
    [0.1587, -1],
    [0.3085, -0.5],
    [0.5, 0],
    [0.6915, 0.5],
    [0.8413, 1],
    [0.9772, 2],
    [1, 3],
  ];
  return standard.map(([p, z]) => [p, mean + z * deviation]);
}

export const PACES: Readonly<Record<string, PaceProfile>> = {
  'h100-8b': {
    what: 'An 8B model on one H100: first chunk after 100 ± 20 ms, then every 12 ± 2 ms',
    source: 'documentation of llm-d-inference-sim; the normal distribution is ours',
    first: normal(100, 20),
    gap: normal(12, 2),
  },
  'claude-instant-bedrock': {
    what: 'Claude Instant on Bedrock: first chunk p50 1.24 s, p99 2.68 s; gaps p50 13.7 ms, p99 57 ms, 1.5 % of them stalls',
    source: 'published latency measurements; p50 and p99 are theirs, the shape between and the tail are ours',
    first: [
      [0, 600],
      [0.5, 1240],
      [0.99, 2680],
      [1, 4000],
    ],
    gap: [
      [0, 4],
      [0.5, 13.7],
      [0.985, 35],
      [0.99, 57],
      [1, 250],
    ],
  },
};

/** The quantiles that the traces were summed up in, in %. */
const OF_TRACES = [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9, 100];

function trace(...values: number[]): Quantiles {
  return values.map((value, index) => [OF_TRACES[index]! / 100, value]);
}

export const LENGTHS: Readonly<Record<string, LengthProfile>> = {
  'azure-conversation': {
    what: 'Conversations: p50 129, p90 424, p99 601 output tokens',
    source: 'Azure LLM inference trace 2023, conversation (CC-BY 4.0)',
    chunks: trace(7, 41, 54, 77, 91, 103, 129, 177, 384, 400, 424, 451, 601, 954, 1000),
  },
  'azure-code': {
    what: 'Code completion: p50 13, p90 55, p99 252 output tokens',
    source: 'Azure LLM inference trace 2023, code (CC-BY 4.0)',
    chunks: trace(6, 6, 7, 8, 9, 11, 13, 16, 20, 29, 55, 90, 252, 831, 1899),
  },
  'mooncake-conversation': {
    what: 'Long conversations: p50 350, p90 597, p99 1120 output tokens',
    source: "Mooncake FAST'25 conversation trace (Apache-2.0)",
    chunks: trace(1, 10, 24, 100, 213, 291, 350, 399, 447, 504, 597, 698, 1120, 2000, 2000),
  },
};
