/**
 *     … frame k ║ FIN            (no 0-length chunk)
 *
 * What a server that was killed, or a load balancer's idle timeout, looks like: closed in mid-body.
 */
import { delivered } from '../delivered.ts';
import type { Cut } from './cut.ts';

export const fin: Cut = {
  id: 'fin',
  at: 'device',
  about: 'The connection is closed without the terminator of the body: the reader can know it is incomplete.',
  heals: 'at once; a cut device when it heals',
  async apply({ socket }) {
    // A page is not handed what its browser has read and not passed on when the body turns out to have no end.
    await delivered(socket);
    socket.end();
  },
};
