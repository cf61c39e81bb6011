/**
 *     … frame k │ (frame k+1, with text) │ frame k+2 …
 *
 * No network does this; a server, a proxy or a page with a defect does. It is how a scenario plants a loss that
 * must be found: the reader is told of nothing, and only the text can tell.
 */
import type { Cut } from './cut.ts';

export const withhold: Cut = {
  id: 'withhold',
  at: 'device',
  about: 'One frame with text is taken out of the stream, which goes on as if nothing had happened.',
  heals: 'at once',
  tearsNextFrame: true,
  garbles: { frames: 1, passes: () => [] },
  async apply() {},
};
