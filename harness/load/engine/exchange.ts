/**
 * One request and its answer, over a socket of its own that is read into one buffer for all: a stream costs little
 * more than its socket. A kept connection that the target has just closed would look like a fault, so none is kept.
 */
import { connect, type Socket } from 'node:net';
import { now } from '../../history/index.ts';
import type { HttpAnswer, HttpRequest } from '../../targets/target.ts';
import { Body, type BodyListener } from './body.ts';
import { expectNothing, expectWords, type Listening } from './silence.ts';

/** How to get to the target. */
export interface Way {
  host: string;
  port: number;
  /** Sent along with each request. */
  headers: Readonly<Record<string, string>>;
  /** Where to connect from; absent: wherever. */
  source?: Source;
}

export interface Source {
  /** undefined: the usual one. */
  address: string | undefined;
  /** Connections that are open from it. */
  open: number;
}

/** `eof`: the answer is complete · `broken`: reset, refused, or cut in mid-body · `silent`: no byte for too long. */
export type ExchangeEnd = 'eof' | 'broken' | 'silent';

export interface ExchangeListener {
  head(status: number): void;
  /** Bytes of the body, from `from` (inclusive) to `to` (exclusive). Valid only until it returns. @param at when they came, ms */
  bytes(bytes: Buffer, from: number, to: number, at: number): void;
  /** Told once, unless it was closed from here before. */
  over(how: ExchangeEnd, error?: Error): void;
}

/** What is read is dealt with before the next read begins, whichever socket that is of. */
const SHARED = Buffer.allocUnsafeSlow(65_536);

export class Exchange implements BodyListener, Listening {
  heardAt = now();
  readonly patience: number;
  private readonly socket: Socket;
  private readonly body = new Body(this);
  private readonly listener: ExchangeListener;
  private readonly source: Source | undefined;
  private done = false;
  private error: Error | undefined;

  /** @param silence ms without a byte after which it counts as dead */
  constructor(way: Way, request: HttpRequest, silence: number, listener: ExchangeListener) {
    this.listener = listener;
    this.patience = silence;
    const { host, port, source } = way;
    this.source = source;
    if (source) source.open++;
    this.socket = connect({
      host,
      port,
      noDelay: true,
      ...(source?.address !== undefined && { localAddress: source.address }),
      onread: { buffer: SHARED, callback: (length) => this.take(length) },
    });
    this.socket.on('error', (error) => {
      this.error = error;
    });
    this.socket.on('end', () => this.end(this.body.endsWithConnection ? 'eof' : 'broken'));
    this.socket.on('close', () => this.end('broken'));
    this.socket.write(requestText(way, request));
    expectWords(this);
  }

  /** Whether the connection is open from this side. */
  get isOpen(): boolean {
    return !this.done;
  }

  /** Leaves it; nobody is told. */
  close(): void {
    if (!this.done && this.source) this.source.open--;
    this.done = true;
    expectNothing(this);
    this.socket.destroy();
  }

  onSilence(): void {
    this.end('silent');
  }

  head(status: number): void {
    this.listener.head(status);
  }

  bytes(bytes: Buffer, from: number, to: number): void {
    if (!this.done) this.listener.bytes(bytes, from, to, this.heardAt);
  }

  complete(): void {
    this.end('eof');
  }

  private take(length: number): boolean {
    if (this.done) return true;
    this.heardAt = now();
    try {
      this.body.push(SHARED, length);
    } catch (error) {
      this.error = error as Error;
      this.end('broken');
    }
    return true;
  }

  private end(how: ExchangeEnd): void {
    if (this.done) return;
    this.close();
    this.listener.over(how, this.error);
  }
}

function requestText({ host, port, headers }: Way, request: HttpRequest): string {
  const { method, path, json } = request;
  const payload = json === undefined ? '' : JSON.stringify(json);
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\nconnection: close\r\n`;
  for (const [name, value] of Object.entries({ ...headers, ...request.headers }))
    head += `${name}: ${value}\r\n`;
  if (json !== undefined)
    head += `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n`;
  return `${head}\r\n${payload}`;
}

/** Sends a request and reads the whole answer. Rejects where no complete one came. @param within ms without a byte */
export function ask(way: Way, request: HttpRequest, within: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const parts: Buffer[] = [];
    new Exchange(way, request, within, {
      head: (code) => {
        status = code;
      },
      bytes: (bytes, from, to) => parts.push(Buffer.from(bytes.subarray(from, to))),
      over: (how, error) => {
        if (how === 'eof') resolve({ status, headers: {}, body: parsed(parts) });
        else
          reject(
            error ?? new Error(how === 'silent' ? `no answer within ${within} ms` : 'the answer broke off'),
          );
      },
    });
  });
}

/** What JSON says, or the text where it is none. */
export function parsed(parts: readonly Buffer[]): unknown {
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
