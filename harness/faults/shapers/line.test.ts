/** Whoever goes away, in whatever way, leaves no connection behind a bad line. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import { shapers } from './index.ts';
import { leadThrough } from './line.ts';

/** A server that keeps its half open, and a client before it, over the line. */
async function connected() {
  const behind = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    behind.add(socket.on('error', () => {}).on('close', () => behind.delete(socket)));
    socket.resume();
    socket.write('a beginning');
  });
  const arrivals: Socket[] = [];
  const door = createServer({ allowHalfOpen: true }, (socket) => {
    arrivals.push(socket.on('error', () => {}));
    leadThrough([shapers.latency, shapers.slice], socket, (server.address() as AddressInfo).port);
  });
  for (const each of [server, door]) {
    each.listen(0, '127.0.0.1');
    await once(each, 'listening');
    onTestFinished(() => void each.close());
  }
  const client = connect({
    port: (door.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  client.on('error', () => {});
  await once(client, 'data');
  return { client, behind, arrival: arrivals[0]! };
}

test.for<[string, (on: { client: Socket; arrival: Socket }) => unknown]>([
  ['a client that resets', ({ client }) => client.resetAndDestroy()],
  ['a client that is thrown out', ({ arrival }) => arrival.destroy()],
  [
    'a client that had said all, and is thrown out',
    async ({ client, arrival }) => {
      client.end();
      await once(arrival, 'end');
      arrival.destroy();
    },
  ],
])('%s leaves nothing behind', async ([, leaves]) => {
  const { behind, ...on } = await connected();
  await leaves(on);
  // Whoever still writes meets nobody.
  await until('the connection to be gone', () => {
    for (const socket of behind) socket.write('more');
    return behind.size === 0;
  });
  expect(behind.size).toBe(0);
});
