/** Three ways in which a connection ends before the answer does. */
import type { Fault } from './fault.ts';

export const reset: Fault = {
  name: 'reset',
  what: 'Resets the connection, after what was written has left. A reader that is behind may lose the tail.',
  place: 'chunk',
  needsStream: false,
  acts: () => [{ do: 'close', how: 'reset' }],
  means(story) {
    story.end = 'error';
    story.exact = false;
  },
};

export const fin: Fault = {
  name: 'fin',
  what: 'Closes the connection in the middle of the body.',
  place: 'chunk',
  needsStream: false,
  acts: () => [{ do: 'close', how: 'fin' }],
  means(story) {
    story.end = 'error';
  },
};

export const cleanEnd: Fault = {
  name: 'clean-end',
  what: 'Ends the body as if it were complete, without the terminal event.',
  place: 'chunk',
  needsStream: true,
  acts: () => [{ do: 'close', how: 'clean' }],
  means(story) {
    story.end = 'error';
  },
};
