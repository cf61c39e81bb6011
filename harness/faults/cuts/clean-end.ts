/**
 *     … frame k │ 0-length chunk        (no terminal event)
 *
 * What a proxy with a response limit, or a server that gave up politely, looks like: a whole body that holds half
 * an answer. The reader is told of no error; only the missing terminal event can tell.
 */
import type { Cut } from './cut.ts';

export const cleanEnd: Cut = {
  id: 'clean-end',
  at: 'device',
  about: 'The body ends correctly in mid-answer, without a terminal event: the reader is told of no error.',
  heals: 'at once; a cut device when it heals',
  endsCleanly: true,
  async apply({ response }) {
    response.end();
  },
};
