/**
 *     … frame k │ 0-length chunk        (no terminal event)
 *
 * What a proxy with a response limit, or a server that gave up politely, looks like: a whole body that holds half
 * an answer. The reader is told of no error; only the missing terminal event can tell.
 */
import { delivered } from '../delivered.ts';
import type { Cut } from './cut.ts';

export const cleanEnd: Cut = {
  id: 'clean-end',
  at: 'device',
  about: 'The body ends correctly in mid-answer, without a terminal event: the reader is told of no error.',
  heals: 'at once; a cut device when it heals',
  endsCleanly: true,
  async apply({ response, socket }) {
    response.end();
    // Who learns that the network is back lets go of the stream, and with it of what he had not read.
    await delivered(socket);
  },
};
