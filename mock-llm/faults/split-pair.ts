import type { Fault } from './fault.ts';
import { splitPair as cut, firstChunk } from './split.ts';

export const splitPair: Fault = {
  name: 'split-pair',
  what: 'Sends the chunk as two deltas, cut inside a surrogate pair: at the first chunk from there on that has one.',
  place: 'frame',
  needsStream: true,
  settle: (at, chunks, text) => firstChunk(at, chunks, text, (chunk) => cut(chunk) !== null),
  acts(cell) {
    const [head, rest] = cut(cell.text(cell.at))!;
    cell.rest = cell.frame(cell.at, rest);
    return [{ do: 'write', bytes: cell.frame(cell.at, head), chunk: null }];
  },
  means() {},
};
