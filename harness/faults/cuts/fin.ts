/**
 *     … frame k ║ FIN            (no 0-length chunk)
 *
 * What a server that was killed, or a load balancer's idle timeout, looks like: closed in mid-body.
 */
import type { Cut } from './cut.ts';

export const fin: Cut = {
  id: 'fin',
  at: 'device',
  about: 'The connection is closed without the terminator of the body: the reader can know it is incomplete.',
  heals: 'at once; a cut device when it heals',
  async apply({ socket }) {
    socket.end();
  },
};
