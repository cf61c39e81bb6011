import fc from 'fast-check';

/** What can happen to bytes on their way: to single ones, to pieces of a stream, and to whole frames of `data: {…}`. */
export const damages = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('flip', 'delete', 'insert', 'repeat', 'jump', 'frame', 'tail', 'junk'),
  size: fc.integer({ min: 1, max: 60 }),
  byte: fc.integer({ min: 0, max: 255 }),
});
type Damage = typeof damages extends fc.Arbitrary<infer T> ? T : never;

export function damaged(bytes: Buffer, { at, kind, size, byte }: Damage): Buffer {
  if (bytes.length === 0) return bytes;
  const from = at % bytes.length;
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.of(after[0]! ^ (byte || 1)), after.subarray(1)]);
    case 'delete':
      return Buffer.concat([before, after.subarray(size)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(byte), after]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, size * 10), after]);
    case 'jump':
      return Buffer.concat([before, after.subarray(size * 10)]);
    case 'junk': {
      const end = endOfFrame(bytes, from);
      return Buffer.concat([bytes.subarray(0, end), Buffer.of(byte), bytes.subarray(end)]);
    }
    case 'tail':
      // A frame that breaks off, and behind it a whole one.
      return Buffer.concat([before, after.subarray(after.indexOf('\n\n') + 2)]);
    default: {
      // A whole frame less, or twice.
      const begin = bytes.lastIndexOf('data: {', from);
      const end = bytes.indexOf('\n\n', from) + 2;
      if (begin === -1 || end === 1) return bytes;
      const again = byte % 2 === 0 ? bytes.subarray(begin, end) : Buffer.alloc(0);
      return Buffer.concat([bytes.subarray(0, begin), again, again, bytes.subarray(end)]);
    }
  }
}

/** Behind the frame that `from` lies in; 1 where there is none. */
export function endOfFrame(bytes: Buffer, from: number): number {
  return bytes.indexOf('\n\n', from) + 2;
}
