import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FRAMES, startBench, streams, streamsByHand } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';
import { strikeEverywhere } from '../testing/strike-everywhere.ts';

describe('reset', () => {
  it('delivers every frame before the strike and none behind it, then resets', async () => {
    for (const { whole, body, terminated, ended, journalled, fault, closedBy } of await strikeEverywhere(
      'reset',
      false,
    )) {
      expect(body.toString()).toBe(whole.toString());
      expect({ terminated, ended }).toEqual({ terminated: false, ended: 'reset' });
      expect(journalled).toBe(body.length);
      expect(fault).toEqual(['armed', 'struck 1', 'healed']);
      expect(closedBy).toEqual(['fault']);
    }
  });

  it.skipIf(!existsSync('/proc/net/tcp'))('waits until the client has read', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const device = await bench.proxy.device('laptop');
    const client = openRaw(device.url);
    stream.write(FRAMES[1]!);
    await client.hasBody(FRAMES[1]!.length);
    // A paused socket reads on until its buffer of 64 KiB is full; what comes then stays in the kernel.
    client.socket.pause();
    const filler = Buffer.from(`: ${'x'.repeat(96 * 1024)}\n\n`);
    stream.write(filler);
    device.strike({ afterText: 3 }, 'reset', { id: 'f1' });
    stream.write(FRAMES[3]!);
    await bench.recorded((event) => event.type === 'fault' && event.state === 'struck');
    // Three times the longest pause of one that does not see whether the client has read.
    await setTimeout(300);
    expect(bench.of('wire.close')).toEqual([]);
    client.socket.resume();
    expect(await client.ended).toBe('reset');
    expect(client.body().bytes).toEqual(Buffer.concat([FRAMES[1]!, filler, FRAMES[3]!]));
  });

  // An HTTP library drops what it has received and not yet given out, once the connection breaks.
  it('loses no byte in 200 tries of a client that takes its time', async () => {
    await using bench = await startBench(streams('one by one'));
    const whole = Buffer.concat(FRAMES.slice(0, 4)).toString();
    for (let round = 0; round < 10; round++) {
      const texts = Array.from({ length: 20 }, async (_, i) => {
        const device = await bench.proxy.device(`laptop-${round}-${i}`);
        device.strike({ afterText: 3 }, 'reset', { id: `f${round}-${i}` });
        return readAtLeisure(device.url);
      });
      expect(await Promise.all(texts)).toEqual(Array(20).fill(`${whole} ║`));
    }
  });
});

/** Reads to the break, which it writes as ║, and takes some turns of the event loop over each part. */
async function readAtLeisure(url: string): Promise<string> {
  let text = '';
  try {
    const request = get(url, { agent: false });
    const [response] = await once(request, 'response');
    // The response tells of the break too.
    request.on('error', () => {});
    for await (const part of response.setEncoding('utf8')) {
      text += part;
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
    return text;
  } catch {
    return `${text} ║`;
  }
}
