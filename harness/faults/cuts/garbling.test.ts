/** What those that garble a stream do to it, byte by byte on a raw socket: the stream goes on to its clean end. */
import { expect, test } from 'vitest';
import type { Recorded } from '../../history/index.ts';
import type { Device } from '../device.ts';
import type { GarbleStyle } from '../fault.ts';
import { FRAMES, startBench, streams, streamsByHand, TEXT_AFTER } from '../testing/bench.ts';
import { openRaw, type RawClient } from '../testing/raw-client.ts';
import { tearAt } from './half-frame.ts';

const CLOSING = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const hasText = (n: number) => TEXT_AFTER[n + 1]! > TEXT_AFTER[n]!;
const first = (n: number) => FRAMES[n]!.subarray(0, tearAt(FRAMES[n]!));
const second = (n: number) => FRAMES[n]!.subarray(tearAt(FRAMES[n]!));
/** The next frame with text. */
const next = (n: number) => FRAMES.findIndex((_, k) => k > n && hasText(k));

/** What is in the place of frame n, or of all from n to the next with text. */
const GARBLED: Record<GarbleStyle, (n: number) => { to: number; pieces: Uint8Array[] }> = {
  withhold: (n) => ({ to: n, pieces: [] }),
  repeat: (n) => ({ to: n, pieces: [FRAMES[n]!, FRAMES[n]!] }),
  'repeat-half': (n) => ({ to: n, pieces: [first(n), FRAMES[n]!] }),
  'swap-halves': (n) => ({ to: n, pieces: [second(n), first(n)] }),
  swap: (n) => ({ to: next(n), pieces: [FRAMES[next(n)]!, ...FRAMES.slice(n + 1, next(n)), FRAMES[n]!] }),
};

test.for(
  (Object.keys(GARBLED) as GarbleStyle[]).flatMap((style) =>
    (['one by one', 'in one piece'] as const).map((how) => [style, how] as const),
  ),
)('%s, sent %s', async ([style, how]) => {
  for (let afterText = 0; afterText <= (style === 'swap' ? 2 : 5); afterText++) {
    await using bench = await startBench(streams(how));
    const device = await bench.proxy.device('laptop');
    const strike = device.strike({ afterText }, style, { id: 'f1' });
    const client = openRaw(device.url, '/', CLOSING);
    await strike.struck;
    await client.ended;
    const struck = FRAMES.findIndex((_, n) => TEXT_AFTER[n]! >= afterText && hasText(n));
    const { to, pieces } = GARBLED[style](struck);
    const { bytes, terminated } = client.body();
    expect(terminated).toBe(true);
    expect(bytes).toEqual(Buffer.concat([...FRAMES.slice(0, struck), ...pieces, ...FRAMES.slice(to + 1)]));
    const frames = bench.of('wire.frame');
    const passed = frames.filter(({ dropped }) => !dropped);
    expect(passed.reduce((sum, each) => sum + each.bytes, 0)).toBe(bytes.length);
    expect(frames.reduce((sum, { text }) => sum + text, 0)).toBe(TEXT_AFTER.at(-1));
    const states = bench.of('fault').map(({ state, live }) => [state, live]);
    // One that needs a second frame is in force, and has hit nothing, until that comes.
    const waits = style === 'swap' ? [['struck', 0]] : [];
    expect(states).toEqual([['armed', undefined], ...waits, ['struck', 1], ['healed', undefined]]);
    expect(bench.of('wire.close').map(({ by }) => by)).toEqual(['target']);
  }
});

test('what waits for another to be swapped with, and finds none, is passed on as it was, and did not strike', async () => {
  await using bench = await startBench(streams('one by one'));
  const device = await bench.proxy.device('laptop');
  let struck = false;
  void device.strike({ afterText: 5 }, 'swap', { id: 'f1' }).struck.then(() => {
    struck = true;
  });
  const client = openRaw(device.url, '/', CLOSING);
  await client.ended;
  expect(client.body()).toEqual({ bytes: Buffer.concat(FRAMES), terminated: true });
  expect(bench.of('fault').map(({ state, live }) => [state, live])).toEqual([
    ['armed', undefined],
    ['struck', 0],
    ['healed', undefined],
  ]);
  expect(struck).toBe(false);
});

test.each<[string, (to: { device: Device; client: RawClient; end(): void }) => void, number]>([
  ['ends before its end', ({ end }) => end(), FRAMES[1]!.length],
  ['is left by its client', ({ client }) => client.socket.destroy(), 0],
  ['is cut', ({ device }) => void device.cut('fin', { id: 'cut' }), FRAMES[1]!.length],
])('a stream that %s while a frame waits is not struck: the next one is', async (_, breaks, passed) => {
  const target = streamsByHand();
  await using bench = await startBench(target.handler);
  const device = await bench.proxy.device('laptop');
  const strike = device.strike({ afterText: 0 }, 'swap', { id: 'f1' });
  const client = openRaw(device.url);
  target.write(FRAMES[1]!);
  const isF1 = (event: Recorded) => event.type === 'fault' && event.fault === 'f1';
  await bench.recorded((event) => isF1(event) && event.type === 'fault' && event.state === 'struck');
  breaks({ device, client, end: target.end });
  await bench.recorded((event) => isF1(event) && event.type === 'fault' && event.state === 'healed');
  await bench.recorded(({ type }) => type === 'wire.close');
  const frames = bench.of('wire.frame').filter(({ dropped }) => !dropped);
  expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(passed);
  device.heal();
  const again = openRaw(device.url);
  // Its head has come: the target answers this one now.
  await new Promise((resolve) => again.socket.once('data', resolve));
  target.write(FRAMES[1]!);
  target.write(FRAMES[3]!);
  await strike.struck;
  const swapped = Buffer.concat([FRAMES[3]!, FRAMES[1]!]);
  await again.hasBody(swapped.length);
  expect(again.body().bytes).toEqual(swapped);
  expect(bench.of('fault').filter(({ fault, live }) => fault === 'f1' && live === 1)).toHaveLength(1);
});

test('two of them strike one stream, each where it was to, and a cut after them', async () => {
  await using bench = await startBench(streams('one by one'));
  const device = await bench.proxy.device('laptop');
  const strikes = [
    device.strike({ afterText: 0 }, 'repeat', { id: 'twice' }),
    device.strike({ afterText: 2 }, 'repeat-half', { id: 'torn' }),
    device.strike({ afterText: 5 }, 'reset', { id: 'cut' }),
  ];
  const client = openRaw(device.url);
  await Promise.all(strikes.map(({ struck }) => struck));
  expect(await client.ended).toBe('reset');
  expect(client.body().bytes).toEqual(
    Buffer.concat([...FRAMES.slice(0, 2), FRAMES[1]!, FRAMES[2]!, first(3), FRAMES[3]!]),
  );
});
