import type { Fault } from './fault.ts';

export const endTwice: Fault = {
  name: 'end-twice',
  what: 'Sends the terminal event twice.',
  place: 'end',
  needsStream: true,
  acts(cell) {
    cell.rest += cell.terminal();
    return [];
  },
  means() {},
};
