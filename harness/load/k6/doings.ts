/** What the scripts of scenarios/k6 play, and how much of it they see: streams whole, or chunk by chunk. */
import type { K6Needs } from '../../stack/k6/find.ts';
import type { Doing } from '../engines/engine.ts';
import type { Mix } from '../mix.ts';

export interface K6Way {
  /** Name of the engine, and what its rows in the results are played by. */
  driver: string;
  doings: readonly Doing[];
  /** Checkers without samples of which a behaviour has proved nothing. */
  fed: ReadonlySet<string>;
  /** Of samples alone, without the ledger and the database. */
  fedAlone: ReadonlySet<string>;
  /** Of all behaviours, as seen from harness/load/engines, without its extension. */
  script: string;
  needs: K6Needs;
}

export const K6_MIX: Mix = { refresh: 30, cut: 30, switch: 15, 'concurrent-tabs': 15, poll: 10 };

const SEEN = [
  'no-loss',
  'no-duplication',
  'prefix-order',
  'isolation',
  'eventual-end',
  'one-terminal',
  'truthful-status',
  'convergence',
];

const FED = { fed: new Set([...SEEN, 'one-generation']), fedAlone: new Set(SEEN) };

/** By stock k6. */
export const whole: K6Way = {
  driver: 'k6',
  doings: [
    {
      id: 'refresh',
      title: 'Asks, reloads the page in the middle of the answer, and goes on',
      strikes: true,
    },
    {
      id: 'cut',
      title: 'Asks, loses the network in the middle of the answer, and resumes when it is back',
      strikes: true,
    },
    {
      id: 'switch',
      title: 'Asks, goes to another session in the middle of the answer and asks there, and comes back',
      strikes: true,
    },
    { id: 'concurrent-tabs', title: 'Two tabs ask a question each, and see both answers', strikes: true },
    {
      id: 'poll',
      title: 'Asks, lets go of the stream once the answer has begun, and polls to the end',
      strikes: true,
    },
  ],
  ...FED,
  script: '../../../scenarios/k6/mix',
  needs: {},
};

/** By a k6 with k6/x/sse. */
export const live: K6Way = {
  driver: 'k6-sse',
  doings: [
    { id: 'refresh', title: 'Asks, reloads the page at a random chunk, and goes on', strikes: true },
    {
      id: 'cut',
      title: 'Asks, loses the network at a random chunk, and resumes from there when it is back',
      strikes: true,
      // What it held at the chunk is what it resumes from.
      feeds: ['cursor-exact'],
    },
    {
      id: 'switch',
      title: 'Asks, goes to another session at a random chunk and asks there, and comes back',
      strikes: true,
    },
    {
      id: 'concurrent-tabs',
      title: 'Two tabs ask a question each, and read both answers as they come',
      strikes: true,
    },
    {
      id: 'poll',
      title: 'Asks, lets go of the stream at the first chunk, and polls to the end',
      strikes: true,
    },
  ],
  ...FED,
  script: '../../../scenarios/k6/sse/mix',
  needs: { sse: true },
};

/** Which of them left a sample; @param driver as its script says it, which older ones do not */
export function wayOf(driver = whole.driver): K6Way | undefined {
  return [whole, live].find((way) => way.driver === driver);
}
