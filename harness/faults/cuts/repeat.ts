/**
 *     … frame k │ frame k+1, with text │ frame k+1 │ frame k+2 …
 *
 * TCP gives a program each segment once and in order. What repeats a piece of a body is a proxy that sends a buffer
 * again, or a server that hands an event to a reader twice.
 */
import type { Cut } from './cut.ts';

export const repeat: Cut = {
  id: 'repeat',
  at: 'device',
  about: 'One frame with text is passed on twice, in a stream that goes on.',
  heals: 'at once',
  tearsNextFrame: true,
  garbles: { frames: 1, passes: ([frame]) => [frame!, frame!] },
  async apply() {},
};
