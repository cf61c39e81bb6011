/**
 *     … frame k │ first half of frame k+1, with text │ frame k+1 │ frame k+2 …
 *
 * A segment of the body that ends within an event comes twice: the framing breaks.
 */

import type { Cut } from './cut.ts';
import { tearAt } from './half-frame.ts';

export const repeatHalf: Cut = {
  id: 'repeat-half',
  at: 'device',
  about: 'The first half of one frame with text, cut within a character where it can be, is passed on twice.',
  heals: 'at once',
  tearsNextFrame: true,
  garbles: { frames: 1, passes: ([frame]) => [frame!.subarray(0, tearAt(frame!)), frame!] },
  async apply() {},
};
