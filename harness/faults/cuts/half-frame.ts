/**
 *     … frame k │ first half of frame k+1 ║ RST
 *
 * A network cuts where it likes: within an event, within a line, within a character.
 */
import { delivered } from '../delivered.ts';
import type { Cut } from './cut.ts';

export const halfFrame: Cut = {
  id: 'half-frame',
  at: 'device',
  about:
    'Half of the next frame is passed on, cut within a character where it can be, then the connection is reset.',
  heals: 'at once; a cut device when it heals',
  tearsNextFrame: true,
  async apply({ response, socket }, torn) {
    if (torn) response.write(torn);
    await delivered(socket);
    socket.resetAndDestroy();
  },
};

/** The length of the first half of a frame: within the multi-byte character nearest the middle, if there is one. */
export function tearAt(frame: Uint8Array): number {
  const middle = Math.floor(frame.length / 2);
  for (let distance = 0; distance < middle; distance++) {
    if (isWithinCharacter(frame[middle - distance])) return middle - distance;
    if (isWithinCharacter(frame[middle + distance])) return middle + distance;
  }
  return middle;
}

/** A UTF-8 continuation byte: a cut before it divides a character. */
function isWithinCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
