import { describe, expect, it } from 'vitest';
import { FRAMES, startBench, streams, streamsByHand, TEXT_AFTER } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';

const SIGN = ':\n\n';

describe('kept-alive', () => {
  it('delivers every frame before the strike, then signs of life only, beyond the end of the answer', async () => {
    for (let afterText = 0; afterText <= 7; afterText++) {
      await using bench = await startBench(streams('one by one'));
      const device = await bench.proxy.device('laptop');
      const strike = device.strike({ afterText }, 'kept-alive', { id: 'f1' });
      const client = openRaw(device.url);
      await strike.struck;
      await bench.recorded((event) => event.type === 'wire.frame' && event.terminal === true);
      const before = FRAMES.slice(
        0,
        TEXT_AFTER.findIndex((text) => text >= afterText),
      );
      const ought = Buffer.concat([...before, Buffer.from(SIGN)]);
      await client.hasBody(ought.length);
      expect(client.body().bytes.toString()).toBe(ought.toString());
      expect(client.body().terminated).toBe(false);
      const isPassed = ({ dropped }: { dropped?: boolean }) => dropped !== true;
      const passed = bench.of('wire.frame').filter(isPassed);
      expect(passed.map(({ bytes }) => bytes)).toEqual([...before.map(({ length }) => length), SIGN.length]);
      expect(passed.at(-1)).toMatchObject({ keepAlive: true, text: 0 });
      expect(bench.of('fault').map(({ state }) => state)).toEqual(['armed', 'struck', 'healed']);
      expect(bench.of('wire.close')).toEqual([]);
    }
  });

  it('is not ended by healing, for the network is well; the reader who leaves is told of to the target', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const device = await bench.proxy.device('laptop');
    const strike = device.strike({ afterText: 0 }, 'kept-alive', { id: 'f1' });
    const client = openRaw(device.url);
    await strike.struck;
    device.heal();
    await client.hasBody(SIGN.length);
    client.socket.destroy();
    await bench.left();
    expect(bench.of('wire.close').map(({ by }) => by)).toEqual(['client']);
  });

  it('is struck with the device when that is cut, and leaves other streams alone', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const device = await bench.proxy.device('laptop');
    const strike = device.strike({ afterText: 0 }, 'kept-alive', { id: 'f1' });
    const starved = openRaw(device.url);
    await strike.struck;
    const other = openRaw(device.url);
    while (bench.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    stream.write(FRAMES[1]!);
    await other.hasBody(FRAMES[1]!.length);
    expect(other.body().bytes.toString()).toBe(FRAMES[1]!.toString());
    expect(device.cut('reset', { id: 'f2' })).toBe(1);
    expect(await Promise.all([starved.ended, other.ended])).toEqual(['reset', 'reset']);
  });
});
