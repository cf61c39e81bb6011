import type { Fault } from './fault.ts';

/** (Whether to refuse the connection itself nobody can know before the request on it was read.) */
export const refuse: Fault = {
  name: 'refuse',
  what: 'Reads the request and resets the connection without an answer.',
  place: 'headers',
  needsStream: false,
  acts: () => [{ do: 'close', how: 'reset' }],
  means(story) {
    story.status = null;
    story.end = 'error';
  },
};
