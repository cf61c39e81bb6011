/**
 * The body of a streamed answer. Once its head is out, what is said goes past the response straight to the socket, in
 * the framing that the head announced: for small pieces at a time that is half the work.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Bytes } from './faults/fault.ts';

export class Body {
  readonly #res: ServerResponse;
  /** null: the response has not been given its connection, as the one before on it is not over. */
  #socket: Socket | null = null;
  #chunked = false;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  /** @param bytes of the text in UTF-8. @returns false where the reader is behind */
  write(text: string, bytes: number): boolean {
    if (this.#socket === null) return this.#begin(text);
    // A text of as many bytes as units is ASCII, and spares the socket the work of encoding it.
    const encoding = bytes === text.length ? 'latin1' : 'utf8';
    return this.#socket.write(this.#chunked ? `${bytes.toString(16)}\r\n${text}\r\n` : text, encoding);
  }

  /** Bytes that may be no text. */
  writeBytes(bytes: Bytes): void {
    this.#res.write(bytes);
  }

  /** The first piece goes with the head, in one packet. */
  #begin(text: string): boolean {
    const keepsUp = this.#res.write(text);
    this.#socket = this.#res.socket;
    this.#chunked = this.#res.chunkedEncoding;
    return keepsUp;
  }

  get keepsUp(): boolean {
    return this.#socket === null ? !this.#res.writableNeedDrain : !this.#socket.writableNeedDrain;
  }

  onceDrained(listener: () => void): void {
    (this.#socket ?? this.#res).once('drain', listener);
  }

  end(text: string): void {
    this.#res.end(text);
  }
}
