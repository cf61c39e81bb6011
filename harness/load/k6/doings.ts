/** What the scripts of scenarios/k6 play. */
import type { Doing } from '../engines/engine.ts';
import type { Mix } from '../mix.ts';

export const K6_DRIVER = 'k6';

export const k6Doings: readonly Doing[] = [
  { id: 'refresh', title: 'Asks, reloads the page in the middle of the answer, and goes on', strikes: true },
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
];

export const K6_MIX: Mix = { refresh: 30, cut: 30, switch: 15, 'concurrent-tabs': 15, poll: 10 };

/** What it can feed without the ledger and the database. */
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

export const K6_FED: ReadonlySet<string> = new Set([...SEEN, 'one-generation']);
/** Of samples alone. */
export const K6_FED_ALONE: ReadonlySet<string> = new Set(SEEN);
