import { expect, it } from 'vitest';
import { FRAMES, startBench, streams, TEXT_AFTER } from '../testing/bench.ts';
import { openRaw } from '../testing/raw-client.ts';

const hasText = (n: number) => TEXT_AFTER[n + 1]! > TEXT_AFTER[n]!;

it.each(['one by one', 'in one piece'] as const)(
  'takes out one frame with text, sent %s, and no other',
  async (how) => {
    for (let afterText = 0; afterText <= 5; afterText++) {
      await using bench = await startBench(streams(how));
      const device = await bench.proxy.device('laptop');
      const strike = device.strike({ afterText }, 'withhold', { id: 'f1' });
      const client = openRaw(device.url, '/', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const { text } = await strike.struck;
      await client.ended;
      const taken = FRAMES.findIndex((_, n) => TEXT_AFTER[n]! >= afterText && hasText(n));
      expect(text).toBe(TEXT_AFTER[taken]);
      const { bytes, terminated } = client.body();
      expect(terminated).toBe(true);
      expect(bytes.toString()).toBe(Buffer.concat(FRAMES.filter((_, n) => n !== taken)).toString());
      expect(
        bench
          .of('wire.frame')
          .filter(({ dropped }) => dropped)
          .map((frame) => frame.bytes),
      ).toEqual([FRAMES[taken]!.length]);
      expect(bench.of('fault').map(({ state }) => state)).toEqual(['armed', 'struck', 'healed']);
      expect(bench.of('wire.close').map(({ by }) => by)).toEqual(['target']);
    }
  },
);
