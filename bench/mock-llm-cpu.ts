/**
 * How much CPU time a paced chunk costs each peer, at a load that all of them bear: what is left of a machine to
 * whoever is tested on it.
 *
 *     node bench/mock-llm-cpu.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFigures } from './figures.ts';
import { listen, type Peer, startPeers, usageOf } from './mock-llm-peers.ts';

/** Streams, and ms between two chunks of each. */
const LOADS = [
  { streams: 3000, gap: 250 },
  { streams: 1000, gap: 50 },
] as const;
/** ms over which streams begin. */
const RAMP = 1000;
/** ms after all have begun, in which what their beginning left behind is compiled and collected. */
const SETTLED = 3000;
/** ms that are measured. */
const SPAN = 5000;
/** Streams last so long, ms, that none ends before it was measured. */
const LENGTH = 20_000;

/** µs a chunk. */
async function measure(peer: Peer, streams: number, seeds: number): Promise<number> {
  let chunks = 0;
  const over = new AbortController();
  const begun: Promise<void>[] = [];
  const heard = Array.from({ length: streams }, async (_, at) => {
    const first = Promise.withResolvers<void>();
    begun.push(first.promise);
    await sleep((at / streams) * RAMP);
    return listen(peer, seeds + at, over.signal, (count) => {
      chunks += count;
      first.resolve();
    });
  });
  await Promise.race([Promise.all(begun), sleep(LENGTH / 3)]);
  await sleep(SETTLED);
  const before = { ...(await usageOf(peer, 'cpu')), chunks };
  await sleep(SPAN);
  const after = { ...(await usageOf(peer, 'cpu')), chunks };
  over.abort();
  await Promise.all(heard);
  return (after.cpu - before.cpu) / (after.chunks - before.chunks);
}

export async function run(): Promise<void> {
  let seeds = 0;
  const figures: unknown[] = [];
  for (const { streams, gap } of LOADS) {
    const peers = await startPeers({ chunks: Math.ceil(LENGTH / gap), gap });
    const costs: { name: string; cost: number }[] = [];
    try {
      for (const peer of peers) {
        costs.push({ name: peer.name, cost: await measure(peer, streams, seeds) });
        seeds += streams;
      }
    } finally {
      for (const peer of peers) peer.process.kill();
    }
    console.log(`CPU time a chunk, ${streams} streams at ${1000 / gap} chunks/s`);
    const bare = costs[0]!.cost;
    const microseconds = costs.map(({ name, cost }) => [name, Math.round(cost * 10) / 10]);
    figures.push({ streams, gap, microsecondsPerChunk: Object.fromEntries(microseconds) });
    for (const { name, cost } of costs) {
      console.log(
        `${name.padEnd(9)}  ${cost.toFixed(1)} µs  ${(cost / bare).toFixed(2)} of the bare loop` +
          `  ${((cost * streams) / gap / 10).toFixed(0)} % of a core`,
      );
    }
  }
  await writeFigures('mock-llm-cpu', { figures });
}

if (import.meta.main) await run();
