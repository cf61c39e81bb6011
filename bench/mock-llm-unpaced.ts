/**
 * How fast 500 unpaced streams at once are served, by each peer in turn, with how much CPU time, and when the slowest of
 * them got its first frame: who writes a whole stream in one tick serves one after the other.
 *
 *     node bench/mock-llm-unpaced.ts
 */
import { writeFigures } from './figures.ts';
import { listen, median, type Peer, startPeers, usageOf } from './mock-llm-peers.ts';

const STREAMS = 500;
const CHUNKS = 400;
const ROUNDS = 7;
/** Rounds before those that count, until the code of each is compiled. */
const WARM_UP = 4;

interface Result {
  /** ms until all were read to their end. */
  all: number;
  /** ms until each had its first frame. */
  slowestFirst: number;
  /** CPU time of the peer, ns a chunk. */
  cpu: number;
}

async function measure(peer: Peer, seeds: number): Promise<Result> {
  const { cpu } = await usageOf(peer, 'cpu');
  const begun = performance.now();
  const firsts: number[] = [];
  const never = new AbortController().signal;
  const heard = await Promise.all(
    Array.from({ length: STREAMS }, (_, at) => {
      let first = true;
      return listen(peer, seeds + at, never, () => {
        if (first) firsts.push(performance.now() - begun);
        first = false;
      });
    }),
  );
  const short = heard.filter(({ frames }) => frames < CHUNKS).length;
  if (short > 0) throw new Error(`${peer.name}: ${short} of ${STREAMS} streams were cut short`);
  const all = performance.now() - begun;
  const spent = (await usageOf(peer, 'cpu')).cpu - cpu;
  return { all, slowestFirst: Math.max(...firsts), cpu: (spent * 1000) / (STREAMS * CHUNKS) };
}

export async function run(): Promise<void> {
  const peers = await startPeers({ chunks: CHUNKS, gap: 0 });
  try {
    const results = new Map(peers.map(({ name }) => [name, [] as Result[]]));
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      for (const peer of peers) {
        const result = await measure(peer, round * STREAMS);
        if (round >= WARM_UP) results.get(peer.name)!.push(result);
      }
    }
    const bare = results.get('bare loop')!;
    console.log(`${STREAMS} unpaced streams of ${CHUNKS} chunks at once, medians of ${ROUNDS} rounds`);
    const figures: Record<string, unknown> = {};
    for (const [name, rounds] of results) {
      const ratios = rounds.map(({ all }, round) => Number((bare[round]!.all / all).toFixed(2)));
      const of = (figure: keyof Result) => Math.round(median(rounds.map((round) => round[figure])));
      const found = {
        chunksPerSecond: Math.round((STREAMS * CHUNKS * 1000) / of('all')),
        ofBareLoop: median(ratios),
        rounds: ratios,
        cpuNsPerChunk: of('cpu'),
        slowestFirstFrameMs: of('slowestFirst'),
      };
      figures[name] = found;
      console.log(
        `${name.padEnd(9)}  ${found.chunksPerSecond} chunks/s` +
          `  ${found.ofBareLoop.toFixed(2)} of the bare loop (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)})` +
          `  CPU ${found.cpuNsPerChunk} ns a chunk  slowest first frame ${found.slowestFirstFrameMs} ms`,
      );
    }
    const [mock, aimock] = [results.get('mock LLM')!, results.get('aimock')!];
    const aheadOfAimock = mock.filter(({ all }, round) => all < aimock[round]!.all).length;
    console.log(`the mock LLM was ahead of aimock in ${aheadOfAimock} of ${ROUNDS} rounds`);
    await writeFigures('mock-llm-unpaced', { streams: STREAMS, chunks: CHUNKS, figures, aheadOfAimock });
  } finally {
    for (const peer of peers) peer.process.kill();
  }
}

if (import.meta.main) await run();
