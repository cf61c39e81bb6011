/**
 * What a stream says in one turn, as the bytes of one write. Encoded piece by piece: joined as text first, one emoji
 * would make all of it slow to encode. And in a buffer that is used again: what the system took over at once, which is
 * the rule, leaves nothing for the garbage collector.
 */
import { Buffer } from 'node:buffer';

/** Room for the line with the size that stands before a chunk of a body: up to 8 digits. */
const ROOM = 10;
/** Of a unit of UTF-16 in UTF-8. */
const MOST_BYTES = 3;
/** More than most turns need. */
const SIZE = 32_768;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const EMPTY = Buffer.alloc(0);
/** The buffer that nobody uses just now. */
let spare = EMPTY;

export class Outbox {
  #buffer = EMPTY;
  #end = ROOM;

  get isEmpty(): boolean {
    return this.#end === ROOM;
  }

  /** @returns how many bytes it is */
  add(text: string): number {
    const most = this.#end + text.length * MOST_BYTES;
    if (most > this.#buffer.length) this.#grow(most);
    const bytes = this.#buffer.write(text, this.#end);
    this.#end += bytes;
    return bytes;
  }

  addBytes(bytes: Uint8Array): number {
    const most = this.#end + bytes.length;
    if (most > this.#buffer.length) this.#grow(most);
    this.#buffer.set(bytes, this.#end);
    this.#end = most;
    return bytes.length;
  }

  /** The text as JSON. @returns how many bytes it is */
  addJson(text: string): number {
    // What needs no escape and no encoding, which is most of it, goes over unit by unit.
    const begin = this.#end;
    const most = begin + text.length + 2;
    if (most > this.#buffer.length) this.#grow(most);
    const buffer = this.#buffer;
    let end = begin;
    buffer[end++] = QUOTE;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH)
        return this.add(JSON.stringify(text));
      buffer[end++] = unit;
    }
    buffer[end++] = QUOTE;
    this.#end = end;
    return end - begin;
  }

  /** All that was added, until `clear`. @param chunked as one chunk of a chunked body */
  view(chunked: boolean): Buffer {
    if (!chunked) return this.#buffer.subarray(ROOM, this.#end);
    const line = `${(this.#end - ROOM).toString(16)}\r\n`;
    const from = ROOM - line.length;
    this.#buffer.write(line, from, 'latin1');
    this.add('\r\n');
    return this.#buffer.subarray(from, this.#end);
  }

  /** @param reusable nobody holds what was viewed any more */
  clear(reusable: boolean): void {
    if (reusable && this.#buffer.length > spare.length) spare = this.#buffer;
    this.#buffer = EMPTY;
    this.#end = ROOM;
  }

  #grow(most: number): void {
    const old = this.#buffer;
    this.#buffer = spare;
    spare = EMPTY;
    // Twice, so that whoever says much does not grow at every piece.
    if (this.#buffer.length < most) this.#buffer = Buffer.allocUnsafeSlow(Math.max(SIZE, 2 * most));
    this.#buffer.set(old.subarray(0, this.#end));
  }
}
