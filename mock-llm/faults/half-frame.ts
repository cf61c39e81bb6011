import type { Fault } from './fault.ts';
import { splitString } from './split.ts';

export const halfFrame: Fault = {
  name: 'half-frame',
  what: 'Sends the first half of the frame; what stands after it at the same chunk strikes before the other half.',
  place: 'frame',
  needsStream: true,
  acts(cell) {
    const [half, rest] = splitString(cell.frame(cell.at));
    cell.rest = rest;
    return [{ do: 'write', bytes: half, chunk: null }];
  },
  means() {},
};
