/**
 * How much memory an open stream costs each peer: the slope over numbers of streams that have said something and wait,
 * for a single reading wanders with the collector.
 *
 *     node bench/mock-llm-memory.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, type Peer, startPeers, type Usage, usageOf } from './mock-llm-peers.ts';

const NUMBERS = [500, 1000, 2000, 4000];
/** ms between two chunks: longer than all of it takes. */
const GAP = 600_000;
/** Connections that are opened at once. */
const BATCH = 100;
const SETTLED = 500;

interface Reading extends Usage {
  streams: number;
}

/** The first frames are enough; chunks would come after `GAP`. */
async function measure(peer: Peer): Promise<Reading[]> {
  const over = new AbortController();
  const heard: Promise<unknown>[] = [];
  const readings: Reading[] = [];
  for (const streams of NUMBERS) {
    while (heard.length < streams) {
      for (let n = 0; n < BATCH; n++) heard.push(listen(peer, heard.length, over.signal, () => {}));
      await sleep(20);
    }
    await sleep(SETTLED);
    readings.push({ streams, ...(await usageOf(peer, 'memory')) });
  }
  over.abort();
  await Promise.all(heard);
  return readings;
}

/** Bytes a stream, by least squares. */
function slope(readings: readonly Reading[], of: 'memory' | 'resident'): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(readings.map(({ streams }) => streams));
  const y = mean(readings.map((reading) => reading[of]));
  const both = readings.map((reading) => (reading.streams - x) * (reading[of] - y));
  return mean(both) / mean(readings.map(({ streams }) => (streams - x) ** 2));
}

export async function run(): Promise<void> {
  const peers = await startPeers({ chunks: 100, gap: GAP });
  try {
    console.log(`memory of an open stream, slope over ${NUMBERS.join(', ')} streams`);
    for (const peer of peers) {
      const readings = await measure(peer);
      const kilobytes = (of: 'memory' | 'resident') => (slope(readings, of) / 1024).toFixed(1);
      console.log(
        `${peer.name.padEnd(9)}  ${kilobytes('memory')} KiB in use  ${kilobytes('resident')} KiB resident`,
      );
    }
  } finally {
    for (const peer of peers) peer.process.kill();
  }
}

if (import.meta.main) await run();
