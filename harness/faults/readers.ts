/**
 * Sockets of clients that live in this process, by their own end. Of these it need not be guessed how far they have
 * read: they say it.
 */
import type { Socket } from 'node:net';

const readers = new Map<string, Socket>();

/** Makes a client's socket known for as long as it is open. May be called again for the same one. */
export function introduce(socket: Socket): void {
  if (!socket.connecting) enter(socket);
  else socket.once('connect', () => enter(socket));
}

function enter(socket: Socket): void {
  const end = endOf(socket.localAddress, socket.localPort);
  if (readers.get(end) === socket || socket.destroyed) return;
  readers.set(end, socket);
  socket.once('close', () => {
    if (readers.get(end) === socket) readers.delete(end);
  });
}

/** The client at the other end of a socket, if it is one of ours. */
export function readerOf({ remoteAddress, remotePort }: Socket): Socket | undefined {
  return readers.get(endOf(remoteAddress, remotePort));
}

function endOf(address = '', port = 0): string {
  return `${address}:${port}`;
}
