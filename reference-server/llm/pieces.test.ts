import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { piecesOf } from './pieces.ts';

/** Asks a server that deals with the connection itself. */
async function ask(answer: (socket: Socket) => void): Promise<IncomingMessage> {
  const server = http.createServer((_, response) => {
    response.flushHeaders();
    answer(response.socket!);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, agent: false }, resolve).on('error', reject);
  });
}

async function read(pieces: AsyncIterable<Uint8Array>): Promise<{ text: string; broke: boolean }> {
  let text = '';
  try {
    for await (const piece of pieces) text += Buffer.from(piece).toString();
  } catch {
    return { text, broke: true };
  }
  return { text, broke: false };
}

test('gives out a body to its end', async () => {
  const response = await ask((socket) => socket.end('4\r\nkelp\r\n3\r\n !!\r\n0\r\n\r\n'));
  expect(await read(piecesOf(response))).toEqual({ text: 'kelp !!', broke: false });
});

test('gives out what came before it broke off, and then says that it broke off', async () => {
  const response = await ask((socket) => socket.end('4\r\nkelp\r\n'));
  const pieces = piecesOf(response);
  await new Promise((resolve) => response.once('close', resolve));
  expect(await read(pieces)).toEqual({ text: 'kelp', broke: true });
});

test('says so where it broke off before anybody read', async () => {
  const response = await ask((socket) => socket.end('4\r\nkelp\r\n'));
  response.on('error', () => {});
  response.destroy();
  await new Promise((resolve) => response.once('close', resolve));
  expect(await read(piecesOf(response))).toMatchObject({ broke: true });
});

test('loses nothing where the reader is slower than the peer', async () => {
  const chunk = `3e8\r\n${'k'.repeat(1_000)}\r\n`;
  const response = await ask((socket) => socket.end(`${chunk.repeat(2_000)}0\r\n\r\n`));
  let length = 0;
  let paused = 0;
  for await (const piece of piecesOf(response)) {
    length += piece.length;
    if (response.isPaused()) paused++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(length).toBe(2_000_000);
  expect(paused).toBeGreaterThan(0);
});

test('who stops early leaves the connection as it is', async () => {
  const response = await ask((socket) => socket.write('4\r\nkelp\r\n'));
  for await (const _ of piecesOf(response)) break;
  expect(response.destroyed).toBe(false);
});
