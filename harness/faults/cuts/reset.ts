/**
 *     … frame k ║ RST
 *
 * What a lost Wi-Fi, a killed proxy or a phone that changes networks looks like to the client, sooner or later.
 */
import { delivered } from '../delivered.ts';
import type { Cut } from './cut.ts';

export const reset: Cut = {
  id: 'reset',
  at: 'device',
  about: 'The connection is reset after the client has had every byte before the strike.',
  heals: 'at once; a cut device when it heals',
  async apply({ socket }) {
    await delivered(socket);
    socket.resetAndDestroy();
  },
};
