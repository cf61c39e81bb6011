/** One open event stream to a reader. */
import type { ServerResponse } from 'node:http';

const LAST_CHUNK = '0\r\n\r\n';
/** Given, since an abort that is given no reason makes one, stack and all: most of what a reader's leaving would cost. */
const GONE = new Error('the reader is gone');

export interface StreamSettings {
  /** ms between two comments that keep the connection alive. */
  keepAlive: number;
  /** ms that a reader may take nothing before it is cut. */
  readerTimeout: number;
}

export class EventStream {
  /** Aborted when the connection is gone, whoever closed it. */
  readonly closed: AbortSignal;
  readonly #response: ServerResponse;
  /** The body is chunked: of what is framed here, each event goes out in one write and not in four. */
  readonly #chunked: boolean;

  constructor(response: ServerResponse, { keepAlive, readerTimeout }: StreamSettings) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    this.#chunked = response.chunkedEncoding;
    response.chunkedEncoding = false;
    const pulse = setInterval(() => {
      if (!this.full) this.#write(': keep-alive\n\n');
    }, keepAlive);
    const closing = new AbortController();
    this.closed = closing.signal;
    const close = () => {
      clearInterval(pulse);
      closing.abort(GONE);
    };
    response.once('close', close);
    // A connection that breaks while it is written to closes, too; that is all there is to do about it.
    response.on('error', () => {});
    if (response.destroyed) close();
    // HEAD asks what GET would answer, without the events: nobody is there to wait for them.
    if (response.req.method === 'HEAD') this.end();
    // The socket's own timer: it starts anew whenever part of a large event has been taken.
    response.setTimeout(readerTimeout, () => {
      if (this.full || response.writableEnded) this.cut();
    });
  }

  /** The reader does not keep up: what is sent now would pile up here. */
  get full(): boolean {
    return this.#response.writableNeedDrain;
  }

  send(event: 'message' | 'chunk' | 'done', id: string, data: unknown): void {
    this.#write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Calls back each time the reader has taken what had piled up, until the returned function is called. */
  onRoom(callback: () => void): () => void {
    this.#response.on('drain', callback);
    return () => this.#response.off('drain', callback);
  }

  /** Resolves when there is room, or the connection is gone. */
  async room(): Promise<void> {
    if (!this.full || this.closed.aborted) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        forget();
        this.closed.removeEventListener('abort', go);
        resolve();
      };
      const forget = this.onRoom(go);
      this.closed.addEventListener('abort', go);
    });
  }

  end(): void {
    const response = this.#response;
    if (this.#chunked && response.req.method !== 'HEAD' && !response.writableEnded)
      response.write(LAST_CHUNK);
    response.end();
  }

  /** Breaks the connection off, so that the reader does not take it for the end of the answer. */
  cut(): void {
    this.#response.destroy();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(this.#chunked ? `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n` : text);
  }
}
