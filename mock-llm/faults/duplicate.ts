import type { Fault } from './fault.ts';

export const duplicate: Fault = {
  name: 'duplicate',
  what: 'Sends the frame twice.',
  place: 'frame',
  needsStream: true,
  acts: (cell) => [{ do: 'write', bytes: cell.frame(cell.at), chunk: cell.at }],
  means: (story) => story.give(story.next, story.next + 1),
};
