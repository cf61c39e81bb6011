/** What came over many connections, byte for byte and when, kept so that keeping it disturbs nobody. */
export interface Taped {
  /** One connection after the other, in the order in which they were opened. */
  connections: readonly Connection[];
  bytes: Uint8Array;
  /** Four a piece: the connection, when it came (ms), and where its bytes begin and end. */
  pieces: Float64Array;
}

export interface Connection {
  /** Which answer it is for. */
  answer: number;
  cursor: string | null;
  /** ms */
  opened: number;
  closed: number;
  /** `cut`: by its reader. */
  how: 'cut' | 'eof' | 'broken' | 'silent';
}

const MOST_BYTES = 64 << 20;
const MOST_PIECES = 1 << 20;

export class Tape {
  private readonly connections: Connection[] = [];
  private readonly bytes = Buffer.allocUnsafeSlow(MOST_BYTES);
  private readonly pieces = new Float64Array(4 * MOST_PIECES);
  private used = 0;
  private count = 0;
  /** Of each connection, how many pieces there were when it was opened: none of its own is among them. */
  private readonly before: number[] = [];

  /** @returns its number */
  open(connection: Connection): number {
    this.before.push(this.count);
    return this.connections.push(connection) - 1;
  }

  add(connection: number, at: number, bytes: Buffer, from: number, to: number): void {
    const end = this.used + bytes.copy(this.bytes, this.used, from, to);
    if (end - this.used < to - from || this.count === MOST_PIECES) throw new RangeError('the tape is full');
    this.pieces.set([connection, at, this.used, end], 4 * this.count++);
    this.used = end;
  }

  /** All that came over it so far, in one piece. */
  of(connection: number): Buffer {
    const parts: Buffer[] = [];
    for (let n = this.before[connection]!; n < this.count; n++)
      if (this.pieces[4 * n] === connection)
        parts.push(this.bytes.subarray(this.pieces[4 * n + 2], this.pieces[4 * n + 3]));
    return Buffer.concat(parts);
  }

  all(): Taped {
    const { connections, bytes, pieces, used, count } = this;
    return { connections, bytes: bytes.subarray(0, used), pieces: pieces.subarray(0, 4 * count) };
  }
}
