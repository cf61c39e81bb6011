/** What a reader gets byte for byte: over HTTP/1.0, where no chunked encoding stands between the frames. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Heard {
  /** As it came, piece by piece. */
  pieces: Buffer[];
  head: string;
  body: string;
  /** `end`: closed by FIN; `reset`: reset. */
  how: 'end' | 'reset';
}

export async function dial(port: number, path: string, body: unknown, headers = ''): Promise<Socket> {
  const text = JSON.stringify(body);
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.0\r\n${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  return socket;
}

/** Reads to the end, however it comes. */
export function hear(socket: Socket): Promise<Heard> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const done = (how: Heard['how']) => {
      const all = Buffer.concat(pieces).toString();
      const blank = all.indexOf('\r\n\r\n');
      resolve({ pieces, how, head: all.slice(0, blank), body: blank < 0 ? '' : all.slice(blank + 4) });
    };
    socket.on('data', (piece) => pieces.push(piece));
    socket.once('end', () => done('end'));
    socket.once('error', () => done('reset'));
  });
}
