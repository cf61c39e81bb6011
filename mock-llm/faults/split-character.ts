import type { Fault } from './fault.ts';
import { splitCharacter as cut, firstChunk } from './split.ts';

export const splitCharacter: Fault = {
  name: 'split-character',
  what: 'Writes the frame in two, cut inside a character of several bytes: at the first chunk from there on that has one.',
  place: 'frame',
  needsStream: true,
  settle: (at, chunks, text) => firstChunk(at, chunks, text, (chunk) => cut(chunk) !== null),
  acts(cell) {
    const [head, rest] = cut(cell.frame(cell.at))!;
    cell.rest = rest;
    // Written at once, both could arrive as one.
    return [
      { do: 'write', bytes: head, chunk: null },
      { do: 'wait', ms: 20, moves: false, keepAlive: false },
    ];
  },
  means() {},
};
