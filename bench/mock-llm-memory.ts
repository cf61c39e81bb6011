/**
 * How much memory an open stream costs each peer: the slope over numbers of streams that have begun and wait for their
 * next chunk, in processes that are new each round, medians of the rounds. What is in use is exact, for all garbage is
 * collected first. What is resident is not: a heap grows by pages, and by how much garbage was there at worst.
 *
 *     node bench/mock-llm-memory.ts
 */
import { writeFigures } from './figures.ts';
import { listen, median, type Peer, startPeers, type Usage, usageOf } from './mock-llm-peers.ts';

const NUMBERS = [1000, 2000, 3000, 4000];
const ROUNDS = 3;
/** ms between two chunks: longer than all of it takes. */
const GAP = 600_000;
/** Connections that are opened at once. */
const BATCH = 100;

interface Reading extends Usage {
  streams: number;
}

async function measure(peer: Peer): Promise<Reading[]> {
  const over = new AbortController();
  const heard: Promise<unknown>[] = [];
  const readings: Reading[] = [];
  for (const streams of NUMBERS) {
    while (heard.length < streams) {
      const opened = Array.from({ length: BATCH }, () => Promise.withResolvers<void>());
      for (const { resolve } of opened)
        heard.push(listen(peer, heard.length, over.signal, () => {}, resolve));
      await Promise.all(opened.map(({ promise }) => promise));
    }
    readings.push({ streams, ...(await usageOf(peer, 'memory')) });
  }
  over.abort();
  await Promise.all(heard);
  return readings;
}

/** KiB a stream, by least squares. */
function slope(readings: readonly Reading[], of: 'memory' | 'resident'): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(readings.map(({ streams }) => streams));
  const y = mean(readings.map((reading) => reading[of]));
  const both = readings.map((reading) => (reading.streams - x) * (reading[of] - y));
  return mean(both) / mean(readings.map(({ streams }) => (streams - x) ** 2)) / 1024;
}

export async function run(): Promise<void> {
  const slopes = new Map<string, { used: number; resident: number }[]>();
  for (let round = 0; round < ROUNDS; round++) {
    const peers = await startPeers({ chunks: 100, gap: GAP });
    try {
      for (const peer of peers) {
        const readings = await measure(peer);
        const found = { used: slope(readings, 'memory'), resident: slope(readings, 'resident') };
        slopes.set(peer.name, [...(slopes.get(peer.name) ?? []), found]);
      }
    } finally {
      for (const peer of peers) peer.process.kill();
    }
  }
  console.log(
    `memory of an open stream, slope over ${NUMBERS.join(', ')} streams, medians of ${ROUNDS} rounds`,
  );
  const figures: Record<string, unknown> = {};
  for (const [name, rounds] of slopes) {
    const used = spread(rounds.map((round) => round.used));
    const resident = spread(rounds.map((round) => round.resident));
    figures[name] = { used, resident };
    console.log(
      `${name.padEnd(9)}  ${used.median} KiB in use (${used.min} … ${used.max})` +
        `  ${resident.median} KiB resident (${resident.min} … ${resident.max})`,
    );
  }
  await writeFigures('mock-llm-memory', { unit: 'KiB a stream', streams: NUMBERS, rounds: ROUNDS, figures });
}

function spread(values: readonly number[]) {
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return {
    median: rounded(median(values)),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
  };
}

if (import.meta.main) await run();
