/** A narrow line: so many bytes a second and no more, in pieces, so that little comes soon and much comes late. */
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shaper } from './shaper.ts';

const BYTES_A_SECOND = 16_000;
const PIECE = 400;

export const throttle: Shaper = {
  id: 'throttle',
  at: 'device',
  about: `At most ${BYTES_A_SECOND} bytes a second come to the device.`,
  heals: 'for new connections, when the device heals',
  open: () =>
    new Transform({
      transform(bytes: Buffer, _, taken) {
        const pass = async () => {
          for (let at = 0; at < bytes.length; at += PIECE) {
            const piece = bytes.subarray(at, at + PIECE);
            const due = performance.now() + (piece.length * 1_000) / BYTES_A_SECOND;
            // A timer drops the fraction of a millisecond: it may come too soon, and the line would be wider than it says.
            while (performance.now() < due) await sleep(Math.ceil(due - performance.now()));
            this.push(piece);
          }
        };
        void pass().then(() => taken());
      },
    }),
};
