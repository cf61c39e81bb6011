import type { Fault } from './fault.ts';
import { splitString } from './split.ts';

export const malformed: Fault = {
  name: 'malformed',
  what: 'Sends an event whose data breaks off in the middle of its JSON, instead of the chunk, and goes on.',
  place: 'frame',
  needsStream: true,
  acts(cell) {
    const [half] = splitString(cell.frame(cell.at));
    cell.rest = `${half}\n\n`;
    cell.counts = false;
    return [];
  },
  means(story) {
    story.end = 'error';
  },
};
