/** The provider refuses: an HTTP error with its own body. */
import type { FailureStatus, Fault } from './fault.ts';

const WORDS: readonly [status: FailureStatus, what: string][] = [
  [401, 'the key is not accepted'],
  [404, 'the model does not exist'],
  [429, 'too many requests, with a `retry-after`'],
  [500, 'the provider failed'],
  [503, 'the provider is overloaded'],
];

export const statuses: readonly Fault[] = WORDS.map(([status, what]) => ({
  name: String(status),
  what: `Answers ${status} in the provider's own shape: ${what}.`,
  place: 'headers',
  ...(status === 429 && {
    value: { what: 'seconds to wait before the next try', min: 0, max: 3600, fallback: 1 },
  }),
  needsStream: false,
  acts: (_, retryAfter) => [{ do: 'refuse', status, retryAfter }],
  means(story) {
    story.status = status;
    story.end = 'error';
  },
}));
