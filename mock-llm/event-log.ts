/**
 * The last so many events, in order of their sequence numbers. In columns rather than objects: some 25 bytes an
 * event, and nothing for the garbage collector to walk while thousands of streams are being timed.
 */
import type { Call } from './ledger.ts';

const BLOCK = 4096;

export const KINDS = ['llm.call', 'llm.chunk', 'llm.held', 'llm.released', 'llm.fault', 'llm.end'] as const;
export type Kind = (typeof KINDS)[number];

export interface Entry {
  seq: number;
  /** Monotonic, ms. */
  t: number;
  kind: Kind;
  call: Call;
  /** Index of the chunk; chunks written, for the other kinds. */
  at: number;
  /** Of the frame, where a chunk was written; which fault (its place in FAULTS), where one struck; else 0. */
  bytes: number;
}

interface Block {
  t: Float64Array;
  kind: Uint8Array;
  at: Int32Array;
  bytes: Int32Array;
  call: Call[];
}

export class EventLog {
  readonly #keep: number;
  #blocks: Block[] = [];
  #oldest = 0;
  #next = 0;

  /** @param keep how many events are kept at least; up to one block more are */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Sequence number of the newest event; -1 where there is none. */
  get last(): number {
    return this.#next - 1;
  }

  /** Sequence number of the oldest event that is kept. */
  get oldest(): number {
    return this.#oldest;
  }

  append(kind: Kind, call: Call, t: number, at: number, bytes: number): void {
    const index = (this.#next - this.#oldest) % BLOCK;
    if (index === 0) this.#grow();
    const block = this.#blocks.at(-1)!;
    block.t[index] = t;
    block.kind[index] = KINDS.indexOf(kind);
    block.at[index] = at;
    block.bytes[index] = bytes;
    block.call.push(call);
    this.#next++;
  }

  /** The events from `seq` on, at most `count`; those that are dropped are left out. */
  *read(seq: number, count = Number.POSITIVE_INFINITY): Generator<Entry> {
    const from = Math.max(seq, this.#oldest);
    for (let at = from; at < this.#next && at < from + count; at++) yield this.#entry(at);
  }

  #entry(seq: number): Entry {
    const offset = seq - this.#oldest;
    const block = this.#blocks[Math.floor(offset / BLOCK)]!;
    const index = offset % BLOCK;
    return {
      seq,
      t: block.t[index]!,
      kind: KINDS[block.kind[index]!]!,
      call: block.call[index]!,
      at: block.at[index]!,
      bytes: block.bytes[index]!,
    };
  }

  #grow(): void {
    if (this.#next - this.#oldest >= this.#keep + BLOCK) {
      this.#blocks.shift();
      this.#oldest += BLOCK;
    }
    this.#blocks.push({
      t: new Float64Array(BLOCK),
      kind: new Uint8Array(BLOCK),
      at: new Int32Array(BLOCK),
      bytes: new Int32Array(BLOCK),
      call: [],
    });
  }
}
