/**
 * The bytes of a frame that is still coming. They are joined once, when the frame is complete: a frame that
 * comes byte by byte costs as much as one that comes whole.
 */
export interface Unfinished {
  add(bytes: Uint8Array): void;
  /** All bytes so far with `last` behind them; nothing is left. */
  take(last: Uint8Array): Buffer;
  /** All bytes so far; they stay. */
  peek(): Buffer;
}

export function createUnfinished(): Unfinished {
  let pieces: Uint8Array[] = [];
  return {
    add(bytes) {
      if (bytes.length > 0) pieces.push(bytes);
    },
    take(last) {
      if (pieces.length === 0) return Buffer.from(last.buffer, last.byteOffset, last.byteLength);
      pieces.push(last);
      const whole = Buffer.concat(pieces);
      pieces = [];
      return whole;
    },
    peek: () => Buffer.concat(pieces),
  };
}
