import { describe, expect, it } from 'vitest';
import { FRAMES, startBench, streams } from '../testing/bench.ts';
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

  const tries = Array.from({ length: 10 }, (_, round) => round);
  const whole = Buffer.concat(FRAMES.slice(0, 4)).toString();

  it('loses no byte in 200 tries of a bare socket', async () => {
    await using bench = await startBench(streams('one by one'));
    for (const round of tries) {
      const bodies = Array.from({ length: 20 }, async (_, i) => {
        const device = await bench.proxy.device(`laptop-${round}-${i}`);
        device.strike({ afterText: 3 }, 'reset', { id: `f${round}-${i}` });
        const client = openRaw(device.url);
        expect(await client.ended).toBe('reset');
        return client.body().bytes.toString();
      });
      expect(await Promise.all(bodies)).toEqual(Array(20).fill(whole));
    }
  });

  it('loses no byte in 200 tries of fetch, which drops what it has read and not yet given out', async () => {
    await using bench = await startBench(streams('one by one'));
    for (const round of tries) {
      const bodies = Array.from({ length: 20 }, async (_, i) => {
        const device = await bench.proxy.device(`laptop-${round}-${i}`);
        device.strike({ afterText: 3 }, 'reset', { id: `f${round}-${i}` });
        const { text, error } = await readFetch(device.url);
        expect(error).toBeInstanceOf(TypeError);
        return text;
      });
      expect(await Promise.all(bodies)).toEqual(Array(20).fill(whole));
    }
  });
});

async function readFetch(url: string): Promise<{ text: string; error: unknown }> {
  let text = '';
  try {
    const { body } = await fetch(url);
    for await (const part of body!.pipeThrough(new TextDecoderStream())) text += part;
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}
