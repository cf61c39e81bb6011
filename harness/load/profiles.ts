/**
 * Loads with a name. What is told on the command line goes before what a profile says; its own ones a project puts
 * into `profiles` of its configuration.
 */
import type { Mix } from './mix.ts';
import type { Answers } from './plan.ts';

export interface LoadProfile {
  what: string;
  /** Where its figures come from. */
  source: string;
  /** As on the command line, see `holdfast load --help`. */
  arrivals?: string;
  /** Users a second, for open arrivals. */
  rate?: number;
  users?: number;
  /** ms */
  duration?: number;
  warmup?: number;
  pollEvery?: number;
  mix?: Mix;
  answers?: Partial<Answers>;
  /** As on the command line. */
  faults?: readonly string[];
}

const AZURE = 'Azure LLM inference trace 2023 (CC-BY 4.0)';
const PACE = 'pace: documentation of llm-d-inference-sim (an 8B model on one H100)';

export const loadProfiles: Readonly<Record<string, LoadProfile>> = {
  'azure-conversation': {
    what: 'Conversations as a provider saw them: users come independently, 5.5 a second; answers of p50 129, p99 601 chunks',
    source: `${AZURE}, conversation; ${PACE}`,
    arrivals: 'poisson',
    rate: 5.5,
    answers: { chunks: 'azure-conversation', pace: 'h100-8b' },
  },
  'azure-code': {
    what: 'Code completion: short answers (p50 13 chunks), users in heavy bursts (gaps of a coefficient of variation of 13)',
    source: `${AZURE}, code; ${PACE}; gaps are drawn from a gamma distribution of that variation`,
    arrivals: 'gamma:13',
    rate: 5,
    answers: { chunks: 'azure-code', pace: 'h100-8b' },
  },
  anthropic: {
    what: "Conversations in chunks as long as Anthropic's (p50 13, p99 153 characters), paced as Claude Instant was: a first chunk after 1.2 s, and stalls",
    source: `${AZURE}, conversation, for lengths; chunks of recorded answers in vercel/ai; pace: published latency measurements; users independently, 5 a second, are ours`,
    arrivals: 'poisson',
    rate: 5,
    answers: { chunks: 'azure-conversation', pace: 'claude-instant-bedrock', text: 'anthropic' },
  },
  mooncake: {
    what: 'Long conversations: answers of p50 350, p99 1120 chunks',
    source: `Mooncake FAST'25 conversation trace (Apache-2.0) for lengths; users independently, 2 a second, are ours; ${PACE}`,
    arrivals: 'poisson',
    rate: 2,
    answers: { chunks: 'mooncake-conversation', pace: 'h100-8b' },
  },
  'thundering-reconnect': {
    what: 'All clients lose the network at once, in the middle of their answers, and all come back at once',
    source: 'ours: what a load balancer does to its clients when it is restarted',
    arrivals: 'closed',
    mix: { stay: 1 },
    answers: { chunks: 160, pace: { first: 200, gap: 250 } },
    faults: ['cut@20s:2s'],
    warmup: 10_000,
    duration: 20_000,
  },
  'poll-storm': {
    what: 'Nobody streams: all let go of the stream at once and poll every 2 s',
    source: "ours: the contract's fallback, taken by everybody",
    arrivals: 'closed',
    mix: { poll: 1 },
    answers: { chunks: 60, pace: { first: 200, gap: 250 } },
  },
  soak: {
    what: 'All behaviours together, for long, with a fault every 20 seconds',
    source: 'ours',
    arrivals: 'closed',
    duration: 600_000,
    answers: { chunks: 100, pace: { first: 200, gap: 100 } },
    faults: ['cut@20s:2s/80s', 'kill@40s/80s', 'freeze@60s:1s/80s', 'database-cut@80s/80s'],
  },
};
