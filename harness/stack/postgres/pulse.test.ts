import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import type { HoldfastError } from '../../errors.ts';
import { watchPulse } from './pulse.ts';

/** @param onSocket how often it was asked so far, from 1; @param within ms */
async function listening(within: number, onSocket: (socket: Socket, nth: number) => void) {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onSocket(socket, ++asked);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const deaths: HoldfastError[] = [];
  const adminUrl = `postgres://holdfast@127.0.0.1:${port}/postgres`;
  onTestFinished(
    watchPulse({ provider: 'test', adminUrl }, (error) => deaths.push(error), { every: 5, within }),
  );
  return { deaths, asked: () => asked };
}

test('a server that takes connections and never says a word is told of, once', async () => {
  const { deaths, asked } = await listening(50, () => {});
  await until('it to be told', () => deaths.length > 0);
  await sleep(200);
  expect(deaths.map(({ code, message }) => ({ code, names: message.includes('100 ms') }))).toEqual([
    { code: 'HF_POSTGRES_SILENT', names: true },
  ]);
  expect(asked()).toBe(2);
});

test('one that refuses is alive, and so is one that is silent every other time', async () => {
  // Long enough for a machine that has other things to do.
  const refusing = await listening(1_000, (socket) => socket.destroy());
  const wavering = await listening(1_000, (socket, nth) => void (nth % 2 === 0 && socket.destroy()));
  await until('both to be asked often', () => refusing.asked() > 20 && wavering.asked() > 5);
  expect([...refusing.deaths, ...wavering.deaths]).toEqual([]);
});
