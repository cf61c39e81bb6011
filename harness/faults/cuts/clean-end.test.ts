import { describe, expect, it } from 'vitest';
import { FRAMES, startBench, streams } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';
import { strikeEverywhere } from '../testing/strike-everywhere.ts';

describe('clean-end', () => {
  it('delivers every frame before the strike, then ends the body as if that were all', async () => {
    for (const { whole, body, journalled, fault, closedBy } of await strikeEverywhere('clean-end', true)) {
      expect(body.toString()).toBe(whole.toString());
      expect(journalled).toBe(body.length);
      expect(fault).toEqual(['armed', 'struck 1', 'healed']);
      expect(closedBy).toEqual(['fault']);
    }
  });

  it('raises no error in a client, and leaves its connection usable', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    device.strike({ afterText: 5 }, 'clean-end', { id: 'f1' });
    expect(await (await fetch(device.url)).text()).toBe(Buffer.concat(FRAMES.slice(0, 4)).toString());

    device.strike({ afterText: 5 }, 'clean-end', { id: 'f2' });
    const client = openRaw(device.url);
    await new Promise<void>((resolve) => {
      client.socket.on('data', () => client.body().terminated && resolve());
    });
    const first = client.received().length;
    client.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await client.ended).toBe('fin');
    expect(client.received().subarray(first).toString()).toContain('event: done');
  });
});
