/** An HTTP client on a bare socket: what it tells is what was on the wire, and nothing is made nice. */
import { connect, type Socket } from 'node:net';

export interface RawClient {
  socket: Socket;
  /** All bytes received. */
  received(): Buffer;
  head(): string;
  /** The body, taken out of its chunks; `terminated`: the 0-length chunk has come. */
  body(): { bytes: Buffer; terminated: boolean };
  /** Resolves when the body is at least so long; never where it does not get there. */
  hasBody(length: number): Promise<void>;
  /** How the server ended the connection. */
  ended: Promise<'fin' | 'reset'>;
}

/** Sends `GET path`, or whatever `request` is. */
export function openRaw(
  url: string,
  path = '/',
  request = `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
): RawClient {
  const { hostname, port } = new URL(url);
  const pieces: Buffer[] = [];
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const received = () => Buffer.concat(pieces);
  const body = () => unchunk(received());
  socket.write(request);
  socket.on('data', (bytes) => pieces.push(bytes));
  const ended = new Promise<'fin' | 'reset'>((resolve) => {
    socket.on('end', () => resolve('fin'));
    socket.on('error', () => resolve('reset'));
  });
  return {
    socket,
    received,
    head: () => received().toString('latin1').split('\r\n\r\n')[0]!,
    body,
    async hasBody(length) {
      while (body().bytes.length < length) await new Promise((resolve) => socket.once('data', resolve));
    },
    ended,
  };
}

function unchunk(received: Buffer): { bytes: Buffer; terminated: boolean } {
  const pieces: Buffer[] = [];
  let at = received.indexOf('\r\n\r\n') + 4;
  while (at >= 4 && at < received.length) {
    const sizeEnd = received.indexOf('\r\n', at);
    if (sizeEnd === -1) break;
    const size = Number.parseInt(received.toString('latin1', at, sizeEnd), 16);
    if (size === 0) return { bytes: Buffer.concat(pieces), terminated: true };
    pieces.push(received.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = sizeEnd + 2 + size + 2;
  }
  return { bytes: Buffer.concat(pieces), terminated: false };
}
