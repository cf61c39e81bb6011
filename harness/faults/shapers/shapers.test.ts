/** What each shaper does on a raw socket: every byte comes, in order, in the shape that it promises. */
import { describe, expect, test } from 'vitest';
import { FRAMES, startBench, streams, TEXT_AFTER } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';
import { type ShaperId, shapers } from './index.ts';

const WHOLE = Buffer.concat(FRAMES).toString();
const all = Object.keys(shapers) as ShaperId[];

async function received(line: readonly ShaperId[]) {
  await using bench = await startBench(streams('one by one'));
  const device = await bench.proxy.device('laptop');
  device.shape(line, { id: 'line' });
  const pieces: { bytes: number; at: number }[] = [];
  const began = performance.now();
  const client = openRaw(device.url);
  client.socket.on('data', (bytes) => pieces.push({ bytes: bytes.length, at: performance.now() - began }));
  await client.hasBody(WHOLE.length);
  return {
    body: client.body(),
    pieces,
    faults: bench.of('fault').map(({ kind, state }) => `${kind} ${state}`),
  };
}

test.for(all)('%s: every byte comes, in order', async (id) => {
  const { body, faults } = await received([id]);
  expect(body.bytes.toString()).toBe(WHOLE);
  expect(faults).toEqual([`${id} struck`]);
});

test('latency: nothing comes sooner than it lets', async () => {
  const { pieces } = await received(['latency']);
  expect(pieces[0]!.at).toBeGreaterThanOrEqual(149);
});

test('slice: nothing comes in a larger piece', async () => {
  const { pieces } = await received(['slice']);
  // The kernel may join what was sent apart; that it joined all of it would be no slicing.
  expect(pieces.length).toBeGreaterThan(FRAMES.length);
});

test('throttle: no more comes in a time than the line takes', async () => {
  const { pieces } = await received(['throttle']);
  let sum = 0;
  for (const { bytes, at } of pieces) {
    sum += bytes;
    expect(sum).toBeLessThanOrEqual((at * 16_000) / 1_000 + 1);
  }
});

describe('composed', () => {
  test('all of them pass every byte, in order', async () => {
    expect((await received(all)).body.bytes.toString()).toBe(WHOLE);
  });

  test.for(['reset', 'fin'] as const)('a cut by %s comes behind the bytes before it', async (style) => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    device.shape(['jitter', 'slice'], { id: 'line' });
    device.strike({ afterText: TEXT_AFTER[4]! }, style, { id: 'cut' });
    const client = openRaw(device.url);
    expect(await client.ended).toBe(style);
    expect(client.body().bytes.toString()).toBe(Buffer.concat(FRAMES.slice(0, 4)).toString());
  });

  test('healed, new connections are as they were', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    device.shape(['latency'], { id: 'line' });
    device.heal();
    const client = openRaw(device.url);
    await client.hasBody(WHOLE.length);
    expect(bench.of('fault').map(({ state }) => state)).toEqual(['struck', 'healed']);
  });
});
