import type { Fault } from './fault.ts';

export const swap: Fault = {
  name: 'swap',
  what: 'Sends the frame of the next chunk first, then that of this one.',
  place: 'frame',
  needsStream: true,
  settle: (at, chunks) => (at + 1 < chunks ? at : null),
  acts: (cell) => [{ do: 'write', bytes: cell.frame(cell.at + 1), chunk: cell.at + 1 }],
  means(story) {
    const { next } = story;
    story.give(next + 1, next + 2);
    story.give(next, next + 1);
    story.skipTo(next + 2);
  },
};
