import type { Fault } from './fault.ts';

export const error: Fault = {
  name: 'error',
  what: "Sends the provider's error event instead of the chunk, and ends the body.",
  place: 'chunk',
  needsStream: true,
  acts: () => [{ do: 'fail' }],
  means(story) {
    story.end = 'error';
  },
};
