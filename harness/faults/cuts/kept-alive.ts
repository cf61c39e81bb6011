/**
 *     … frame k │ keep-alive │ keep-alive │ …      (whatever the target says from then on is lost to this reader)
 *
 * What a stream looks like whose server has lost it from sight and goes on pinging it, or a proxy that pings on behalf
 * of a server that it has lost. Nothing is closed and there are bytes all the time: only who asks how the answer stands
 * can tell that it goes on without them. A new connection is as it should be.
 */
import type { Cut } from './cut.ts';

export const keptAlive: Cut = {
  id: 'kept-alive',
  at: 'device',
  about:
    'Nothing of the answer is passed on any more, and the connection is kept alive, beyond the end of the answer.',
  heals: 'at once, for new connections; the one that was struck stays as it is until its reader leaves',
  keepsAlive: true,
  async apply() {},
};
