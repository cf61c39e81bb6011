/** A copy with memory of its own, for what is kept: a piece of the pool of small buffers would keep all of that. */
export function ownBytes(bytes: Buffer, from = 0, to = bytes.length): Buffer {
  const copy = Buffer.allocUnsafeSlow(to - from);
  bytes.copy(copy, 0, from, to);
  return copy;
}
