import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { exchange, openStream } from './http.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** Answers the first request of each connection, says that it keeps it, and resets it at the second. */
async function forgetfulServer() {
  const known = new WeakSet<object>();
  let connections = 0;
  const server = createServer((request, response) => {
    if (known.has(request.socket)) {
      request.socket.resetAndDestroy();
      return;
    }
    known.add(request.socket);
    connections++;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ keepAlive: true });
  undo.push(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { way: { origin, agent, headers: {} }, connections: () => connections };
}

describe('over a kept connection that is gone', () => {
  it('a reader past all faults asks again over another', async () => {
    const { way, connections } = await forgetfulServer();
    const patient = { ...way, asksAgain: true as const };
    for (let time = 0; time < 3; time++) {
      expect(await exchange(patient, { method: 'GET', path: '/' }, 5_000)).toMatchObject({ status: 200 });
    }
    expect(await openStream(patient, { method: 'GET', path: '/' }, 'sse', 5_000)).toMatchObject({
      status: 200,
    });
    expect(connections()).toBe(4);
  });

  it.each([
    ['a client that faults are aimed at sees it', {}, 'GET'],
    ['what is more than a question is not repeated', { asksAgain: true }, 'POST'],
  ] as const)('%s', async (_, how, method) => {
    const { way, connections } = await forgetfulServer();
    const one = () => exchange({ ...way, ...how }, { method, path: '/' }, 5_000);
    await one();
    await expect(one()).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(connections()).toBe(1);
  });
});
