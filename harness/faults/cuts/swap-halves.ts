/**
 *     … frame k │ second half of frame k+1, with text │ its first half │ frame k+2 …
 *
 * Two segments of the body that meet within an event come in the other order: the framing breaks, and the beginning
 * of one event may run into the next.
 */

import type { Cut } from './cut.ts';
import { tearAt } from './half-frame.ts';

export const swapHalves: Cut = {
  id: 'swap-halves',
  at: 'device',
  about:
    'The halves of one frame with text, cut within a character where it can be, are passed on in the other order.',
  heals: 'at once',
  tearsNextFrame: true,
  garbles: {
    frames: 1,
    passes: ([frame]) => [frame!.subarray(tearAt(frame!)), frame!.subarray(0, tearAt(frame!))],
  },
  async apply() {},
};
