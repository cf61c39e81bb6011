import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Exchange } from './exchange.ts';
import { Ways } from './ways.ts';

const TARGET = 'http://127.0.0.1:1';
const one = { headers: {}, process: 1, processes: 1, most: 2 };

/** Opens so many connections. @returns where each came from */
function open(ways: Ways, connections: number): (string | undefined)[] {
  return Array.from({ length: connections }, () => {
    const { source } = ways.next()!;
    source!.open++;
    return source!.address;
  });
}

test.each([
  ['the usual address, then its own', one, 5, [undefined, undefined, '127.0.1.1', '127.0.1.1', '127.0.1.2']],
  [
    'of the usual address no more than falls to it',
    { ...one, process: 2, processes: 2 },
    4,
    [undefined, '127.0.2.1', '127.0.2.1', '127.0.2.2'],
  ],
])('%s', (_, setup, connections, addresses) => {
  const ways = new Ways(setup);
  ways.set(TARGET);
  expect(open(ways, connections)).toEqual(addresses);
});

test('an address that was left is taken again, also after the target was away', () => {
  const ways = new Ways(one);
  ways.set(TARGET);
  const { source } = ways.next()!;
  expect(open(ways, 3)).toEqual([undefined, undefined, '127.0.1.1']);
  source!.open--;
  ways.set(null);
  expect(ways.next()).toBeNull();
  ways.set(TARGET);
  expect(open(ways, 3)).toEqual([undefined, '127.0.1.1', '127.0.1.2']);
});

test('what is not on the loopback interface is never reached from it', () => {
  const ways = new Ways(one);
  ways.set('http://192.0.2.1:80');
  expect(open(ways, 5).every((address) => address === undefined)).toBe(true);
});

const needsLinux = process.platform === 'linux' ? undefined : 'only Linux has all of 127.0.0.0/8 on loopback';
if (needsLinux) console.log(`skipped: connections from several source addresses: ${needsLinux}`);

test.skipIf(needsLinux)('connections do come from there, and are given back when they close', async () => {
  const from: string[] = [];
  const server = http.createServer((request, response) => {
    from.push(request.socket.remoteAddress!);
    response.end('there');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const ways = new Ways({ ...one, most: 1 });
  ways.set(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (let round = 0; round < 2; round++) {
    const answers = Array.from({ length: 3 }, () => {
      const over = Promise.withResolvers<string>();
      const listener = { head() {}, bytes() {}, over: over.resolve };
      new Exchange(ways.next()!, { method: 'GET', path: '/' }, 60_000, listener);
      return over.promise;
    });
    expect(await Promise.all(answers)).toEqual(['eof', 'eof', 'eof']);
  }
  const three = ['127.0.0.1', '127.0.1.1', '127.0.1.2'];
  expect(from.slice(0, 3).sort()).toEqual(three);
  expect(from.slice(3).sort()).toEqual(three);
});
