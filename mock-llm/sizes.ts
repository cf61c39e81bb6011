/**
 * How long the chunks of real providers are. The figures between those that were measured, and above the last, are ours.
 *
 * Part of the oracle, and so nothing but exact arithmetic: whole numbers on straight lines come out the same on every
 * engine, powers and logarithms need not.
 */

export interface SizeProfile {
  /** For the documentation. */
  what: string;
  source: string;
  /** Rising pairs of probability and length of a chunk in UTF-16 units, from 0 to 1. */
  units: readonly (readonly [p: number, units: number])[];
}

const source = 'chunks of recorded answers among the test fixtures of vercel/ai';

function measured(provider: string, p50: number, p90: number, p99: number, most: number): SizeProfile {
  return {
    what: `${provider}: p50 ${p50}, p90 ${p90}, p99 ${p99} characters a chunk`,
    source,
    units: [
      [0, 1],
      [0.5, p50],
      [0.9, p90],
      [0.99, p99],
      [1, most],
    ],
  };
}

export const SIZES = {
  'openai-chat': measured('OpenAI Chat Completions', 5, 11, 13, 18),
  'openai-responses': measured('OpenAI Responses', 4, 9, 30, 48),
  anthropic: measured('Anthropic Messages', 13, 55, 153, 240),
  xai: measured('xAI', 4, 9, 16, 24),
  deepseek: measured('DeepSeek', 4, 8, 13, 18),
  groq: measured('Groq', 4, 8, 12, 16),
} as const satisfies Readonly<Record<string, SizeProfile>>;

export type SizeName = keyof typeof SIZES;

/** The length at `p`, in UTF-16 units. */
export function unitsAt({ units }: SizeProfile, p: number): number {
  let above = 1;
  while (units[above]![0] < p) above++;
  const [p0, low] = units[above - 1]!;
  const [p1, high] = units[above]!;
  return Math.round(low + ((high - low) * (p - p0)) / (p1 - p0));
}
