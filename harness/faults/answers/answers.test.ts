/** What befalls answers, as a client on a bare socket has it. */
import { expect, test } from 'vitest';
import { FRAMES, startBench, streams, streamsByHand } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';

const WHOLE = Buffer.concat(FRAMES).toString();

test.for([
  ['unavailable', 503],
  ['bad-gateway', 502],
] as const)('%s: %i, and the target never hears of it, until it heals', async ([fault, status]) => {
  await using bench = await startBench(streams('one by one'));
  const device = await bench.proxy.device('laptop');
  device.befall(fault, { id: 'answers' });
  const answer = await fetch(device.url, { method: 'POST', body: 'a question' });
  expect(answer.status).toBe(status);
  await answer.text();
  expect(bench.requests).toHaveLength(0);
  device.heal();
  expect(await (await fetch(device.url)).text()).toBe(WHOLE);
  expect(bench.of('wire.close').map(({ by, http }) => [by, http])).toEqual([
    ['fault', status],
    ['target', 200],
  ]);
  expect(bench.of('fault').map(({ kind, state }) => [kind, state])).toEqual([
    [fault, 'struck'],
    [fault, 'healed'],
  ]);
});

test('what has begun goes on', async () => {
  const stream = streamsByHand();
  await using bench = await startBench(stream.handler);
  const device = await bench.proxy.device('laptop');
  const client = openRaw(device.url);
  stream.write(FRAMES[1]!);
  await client.hasBody(FRAMES[1]!.length);
  device.befall('buffered', { id: 'answers' });
  stream.write(FRAMES[3]!);
  await client.hasBody(FRAMES[1]!.length + FRAMES[3]!.length);
});

test('buffered: nothing comes before the end, then all of it', async () => {
  const stream = streamsByHand();
  await using bench = await startBench(stream.handler);
  const device = await bench.proxy.device('laptop');
  device.befall('buffered', { id: 'answers' });
  const client = openRaw(device.url);
  while (bench.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  // More pieces than may wait in an answer that is not buffered.
  for (let n = 0; n < 40; n++) {
    stream.write(FRAMES[1]!);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(client.received().length).toBe(0);
  stream.end();
  await client.hasBody(40 * FRAMES[1]!.length);
  expect(client.body().terminated).toBe(true);
});

test('slow-headers: the answer begins later, and lacks nothing', async () => {
  await using bench = await startBench(streams('one by one'));
  const device = await bench.proxy.device('laptop');
  device.befall('slow-headers', { id: 'answers' });
  const began = performance.now();
  expect(await (await fetch(device.url)).text()).toBe(WHOLE);
  expect(performance.now() - began).toBeGreaterThanOrEqual(999);
});

test('slow-headers: a target that breaks off before they are due breaks off for the client, too', async () => {
  const stream = streamsByHand();
  await using bench = await startBench(stream.handler);
  const device = await bench.proxy.device('laptop');
  device.befall('slow-headers', { id: 'answers' });
  const client = openRaw(device.url);
  while (bench.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  stream.write(FRAMES[1]!);
  stream.kill();
  await client.ended;
  expect(client.body().terminated).toBe(false);
});

test('emptied: a stream ends at once, cleanly and empty, until it heals; what is no stream is passed on', async () => {
  await using bench = await startBench((request, response) => {
    if (request.url === '/row') response.end('as ever');
    else streams('one by one')(request, response);
  });
  const device = await bench.proxy.device('laptop');
  device.befall('emptied', { id: 'answers' });
  const client = openRaw(device.url);
  while (!client.body().terminated) await new Promise((resolve) => setImmediate(resolve));
  expect(client.head()).toMatch(/^HTTP\/1.1 200 /);
  expect(client.body().bytes.length).toBe(0);
  expect(await (await fetch(`${device.url}/row`)).text()).toBe('as ever');
  device.heal();
  expect(await (await fetch(device.url)).text()).toBe(WHOLE);
  expect(bench.of('wire.close').map(({ by, clean, http }) => [by, clean, http])).toEqual([
    ['fault', true, 200],
    ['target', undefined, 200],
    ['target', undefined, 200],
  ]);
});
