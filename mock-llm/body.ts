/**
 * The body of a streamed answer. Once its head is out, what is said goes past the response straight to the socket, in
 * the framing that the head announced: for small pieces at a time that is half the work.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Bytes } from './faults/fault.ts';
import type { Outbox } from './outbox.ts';

export class Body {
  readonly #res: ServerResponse;
  /** null: nothing was written yet, or the response waits for its connection behind the one before on it. */
  #socket: Socket | null = null;
  #chunked = false;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  /** Empties the box. @returns false where the reader is behind */
  write(said: Outbox): boolean {
    const socket = this.#socket;
    if (socket === null) return this.#begin(said);
    const all = said.view(this.#chunked);
    // What has to wait behind other bytes is copied, so that it does not hold a whole buffer.
    const waits = socket.writableLength > 0;
    const keepsUp = socket.write(waits ? Buffer.from(all) : all);
    said.clear(waits || socket.writableLength === 0);
    return keepsUp;
  }

  /** The first piece goes with the head, in one packet. */
  #begin(said: Outbox): boolean {
    const keepsUp = this.writeBytes(Buffer.from(said.view(false)));
    said.clear(true);
    this.#socket = this.#res.socket;
    this.#chunked = this.#res.chunkedEncoding;
    return keepsUp;
  }

  writeBytes(bytes: Bytes): boolean {
    return this.#res.write(bytes);
  }

  get keepsUp(): boolean {
    return !(this.#socket ?? this.#res).writableNeedDrain;
  }

  onceDrained(listener: () => void): void {
    (this.#socket ?? this.#res).once('drain', listener);
  }

  /** Empties the box, and ends. */
  end(said: Outbox): void {
    if (said.isEmpty) this.#res.end();
    else this.#res.end(Buffer.from(said.view(false)));
    said.clear(true);
  }
}
