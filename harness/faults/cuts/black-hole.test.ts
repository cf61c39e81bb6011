import { describe, expect, it } from 'vitest';
import { FRAMES, startBench, streams, streamsByHand } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';
import { strikeEverywhere } from '../testing/strike-everywhere.ts';

describe('black-hole', () => {
  it('delivers every frame before the strike, then nothing', async () => {
    for (const { whole, body, terminated, journalled, fault, closedBy } of await strikeEverywhere(
      'black-hole',
      true,
    )) {
      expect(body.toString()).toBe(whole.toString());
      expect(terminated).toBe(false);
      expect(journalled).toBe(body.length);
      expect(fault).toEqual(['armed', 'struck 1']);
      expect(closedBy).toEqual([]);
    }
  });

  it('swallows what the target says, to its end; healing resets', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    device.strike({ afterText: 2 }, 'black-hole', { id: 'f1' });
    const client = openRaw(device.url);
    await bench.recorded((event) => event.type === 'wire.frame' && event.terminal === true);
    expect(bench.of('wire.frame').map(({ dropped }) => dropped === true)).toEqual([
      ...[false, false],
      ...[true, true, true, true, true],
    ]);
    await client.hasBody(FRAMES[0]!.length + FRAMES[1]!.length);
    device.heal();
    expect(await client.ended).toBe('reset');
    expect(client.body().bytes).toEqual(Buffer.concat(FRAMES.slice(0, 2)));
    expect(bench.of('fault').map(({ state }) => state)).toEqual(['armed', 'struck', 'healed']);
    expect(bench.of('wire.close')).toMatchObject([{ by: 'fault', http: 200 }]);
  });

  it('does not let the target know that the client has left, until it heals', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const device = await bench.proxy.device('laptop');
    const strike = device.strike({ afterText: 0 }, 'black-hole', { id: 'f1' });
    const client = openRaw(device.url);
    await strike.struck;
    const [request] = bench.requests;
    client.socket.destroy();
    await bench.recorded((event) => event.type === 'wire.close' && event.by === 'client');
    stream.write(FRAMES[1]!);
    await bench.recorded((event) => event.type === 'wire.frame');
    expect(request!.socket.destroyed).toBe(false);
    device.heal();
    await bench.left();
  });

  it('of one exchange leaves the others alone; of a device swallows new connections', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    const strike = device.strike({ afterText: 2 }, 'black-hole', { id: 'f1' });
    openRaw(device.url);
    await strike.struck;
    expect(await (await fetch(device.url)).text()).toBe(Buffer.concat(FRAMES).toString());

    expect(device.cut('black-hole', { id: 'f2' })).toBe(0);
    const late = openRaw(device.url);
    await new Promise((resolve) => late.socket.once('connect', resolve));
    const asked = bench.requests.length;
    device.heal();
    expect(await late.ended).toBe('reset');
    expect(late.received().length).toBe(0);
    expect(bench.requests.length).toBe(asked);
  });
});
