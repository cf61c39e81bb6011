/**
 *     … frame k │                       (silence; both connections stay open)
 *
 * What a tunnel or a NAT that forgot looks like: packets vanish, nobody is told. What the target sends meanwhile is
 * lost, and it does not learn that the client went away. Healing resets the connection, as a peer does that knows
 * nothing of it any more.
 */
import { delivered } from '../delivered.ts';
import type { Cut } from './cut.ts';

export const blackHole: Cut = {
  id: 'black-hole',
  at: 'device',
  about:
    'Nothing more is passed on and nothing is closed; a device that is cut swallows new connections too.',
  heals: 'when the device heals',
  keepsOpen: true,
  // What was passed on before it is had before anything else happens, such as that it heals.
  apply: ({ socket }) => delivered(socket),
};
