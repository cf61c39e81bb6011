/**
 *     … frame k │ frame k+2, with text │ frame k+1, with text │ frame k+3 …
 *
 * As by a proxy or a server that writes from several places without waiting for one another.
 */
import type { Cut } from './cut.ts';

export const swap: Cut = {
  id: 'swap',
  at: 'device',
  about: 'Two frames with text are passed on in the other order, in a stream that goes on.',
  heals: 'at once',
  tearsNextFrame: true,
  garbles: { frames: 2, passes: ([first, second]) => [second!, first!] },
  async apply() {},
};
