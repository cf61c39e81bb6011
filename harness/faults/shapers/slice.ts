/** A line that cuts where it likes: within frames, within lines, within characters. */
import { Transform } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Shaper } from './shaper.ts';

/** Prime, so that cuts wander through frames of any length. */
const SLICE = 7;

export const slice: Shaper = {
  id: 'slice',
  at: 'device',
  about: `Bytes to the device come in segments of ${SLICE}, cut within frames, lines and characters.`,
  heals: 'for new connections, when the device heals',
  open: () =>
    new Transform({
      // What is handed on in one turn would leave in one segment.
      transform(bytes: Buffer, _, taken) {
        const pass = async () => {
          for (let at = 0; at < bytes.length; at += SLICE) {
            this.push(bytes.subarray(at, at + SLICE));
            await setImmediate();
          }
        };
        void pass().then(() => taken());
      },
    }),
};
