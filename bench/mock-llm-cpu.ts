/**
 * How much CPU time a paced chunk costs each peer, at a load that all of them bear: what is left of a machine to
 * whoever is tested on it. The peers take turns, so that all meet the same weather.
 *
 *     node bench/mock-llm-cpu.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, median, type Peer, startPeers, usageOf } from './mock-llm-peers.ts';

/** Streams, and ms between two chunks of each. */
const LOADS = [
  { streams: 3000, gap: 250 },
  { streams: 1000, gap: 50 },
] as const;
const ROUNDS = 2;
/** ms over which streams begin, and after which it is measured. */
const RAMP = 1500;
const SETTLED = 500;
/** ms that are measured. */
const SPAN = 3000;

/** µs a chunk. */
async function measure(peer: Peer, streams: number, seeds: number): Promise<number> {
  let chunks = 0;
  const over = new AbortController();
  const heard = Array.from({ length: streams }, async (_, at) => {
    await sleep((at / streams) * RAMP);
    return listen(peer, seeds + at, over.signal, (count) => {
      chunks += count;
    });
  });
  await sleep(RAMP + SETTLED);
  const before = { ...(await usageOf(peer, 'cpu')), chunks };
  await sleep(SPAN);
  const after = { ...(await usageOf(peer, 'cpu')), chunks };
  over.abort();
  await Promise.all(heard);
  return (after.cpu - before.cpu) / (after.chunks - before.chunks);
}

export async function run(): Promise<void> {
  let seeds = 0;
  for (const { streams, gap } of LOADS) {
    const chunks = Math.ceil((RAMP + SETTLED + 2 * SPAN) / gap);
    const peers = await startPeers({ chunks, gap });
    const results = new Map(peers.map(({ name }) => [name, [] as number[]]));
    try {
      for (let round = 0; round < ROUNDS; round++) {
        for (const peer of peers) {
          results.get(peer.name)!.push(await measure(peer, streams, seeds));
          seeds += streams;
        }
      }
    } finally {
      for (const peer of peers) peer.process.kill();
    }
    console.log(
      `CPU time a chunk, ${streams} streams at ${1000 / gap} chunks/s, medians of ${ROUNDS} rounds`,
    );
    const bare = median(results.get('bare loop')!);
    for (const [name, rounds] of results) {
      const cost = median(rounds);
      console.log(
        `${name.padEnd(9)}  ${cost.toFixed(1)} µs  ${(cost / bare).toFixed(2)} of the bare loop` +
          `  ${((cost * streams) / gap / 10).toFixed(0)} % of a core`,
      );
    }
  }
}

if (import.meta.main) await run();
