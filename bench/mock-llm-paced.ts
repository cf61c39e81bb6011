/**
 * How many streams of 20 chunks/s each peer holds: all served, at least 95 % of the chunks delivered in time, p99 of
 * the gaps below 100 ms. The peers take turns at each number, so that all meet the same weather; whoever failed a
 * number twice is not asked for more. One process reads them all, and is the limit beyond which nothing is learnt.
 *
 *     node bench/mock-llm-paced.ts [numbers of streams …]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFigures } from './figures.ts';
import { listen, type Peer, startPeers } from './mock-llm-peers.ts';

const GAP = 50;
const CHUNKS = 60;
/** Streams begin one after the other over this time, ms, so that they are not all due at once. */
const RAMP = 1000;
const GRACE = 500;
const TRIES = 2;
const NUMBERS = [1000, 2000, 3000, 4000];

interface Result {
  served: number;
  delivered: number;
  p99: number;
}

async function measure(peer: Peer, streams: number, seeds: number): Promise<Result> {
  const gaps: number[] = [];
  const over = new AbortController();
  const heard = Array.from({ length: streams }, async (_, at) => {
    await sleep((at / streams) * RAMP);
    let last = 0;
    return listen(peer, seeds + at, over.signal, () => {
      const now = performance.now();
      if (last > 0) gaps.push(now - last);
      last = now;
    });
  });
  await sleep(RAMP + CHUNKS * GAP + GRACE);
  over.abort();
  const all = await Promise.all(heard);
  gaps.sort((a, b) => a - b);
  const frames = all.reduce((sum, one) => sum + Math.min(one.frames, CHUNKS), 0);
  return {
    served: all.filter((one) => one.frames > 0).length / streams,
    delivered: frames / (streams * CHUNKS),
    p99: gaps[Math.floor(gaps.length * 0.99)] ?? Number.NaN,
  };
}

const rounded = (share: number) => Math.round(share * 1000) / 1000;

/** Share of the mock LLM's paced chunks that were written at most so late, over all streams so far. */
async function lateness({ port }: Peer): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const samples = text.matchAll(/lateness_seconds_bucket\{le="([^"]+)"\} (\d+)/g);
  return new Map([...samples].map(([, limit, count]) => [limit!, Number(count)]));
}

export async function run(numbers: readonly number[] = NUMBERS): Promise<void> {
  const peers = await startPeers({ chunks: CHUNKS, gap: GAP });
  const failed = new Map<string, number>();
  const figures: unknown[] = [];
  let seeds = 0;
  try {
    for (const streams of numbers) {
      const done = new Set<Peer>();
      for (const peer of [...peers, ...peers]) {
        const tries = failed.get(peer.name) ?? 0;
        if (tries === TRIES || done.has(peer)) continue;
        const isMock = peer.name === 'mock LLM';
        const before = isMock ? await lateness(peer) : new Map<string, number>();
        const { served, delivered, p99 } = await measure(peer, streams, seeds);
        seeds += streams;
        const holds = served === 1 && delivered >= 0.95 && p99 < 100;
        failed.set(peer.name, holds ? 0 : tries + 1);
        if (holds) done.add(peer);
        const after = isMock ? await lateness(peer) : before;
        const within = (limit: string) => (after.get(limit) ?? 0) - (before.get(limit) ?? 0);
        const inTime = within('0.01') / within('+Inf');
        figures.push({
          streams,
          peer: peer.name,
          holds,
          served: rounded(served),
          delivered: rounded(delivered),
          p99GapMs: Math.round(p99),
          ...(isMock && { writtenWithin10Ms: rounded(inTime) }),
        });
        console.log(
          `${String(streams).padStart(5)} streams  ${peer.name.padEnd(9)}  ${holds ? 'holds' : 'FAILS'}` +
            `  served ${(served * 100).toFixed(1)} %  delivered ${(delivered * 100).toFixed(1)} %` +
            `  p99 gap ${p99.toFixed(0)} ms` +
            (isMock ? `  written within 10 ms ${(inTime * 100).toFixed(1)} %` : ''),
        );
      }
    }
    await writeFigures('mock-llm-paced', { gap: GAP, chunks: CHUNKS, figures });
  } finally {
    for (const peer of peers) peer.process.kill();
  }
}

if (import.meta.main) {
  const asked = process.argv.slice(2).map(Number);
  await run(asked.length > 0 ? asked : NUMBERS);
}
