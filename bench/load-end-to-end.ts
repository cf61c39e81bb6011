/**
 * Many generations at once through everything on one machine: mock LLM → reference server → PostgreSQL, and the load
 * engine that reads and checks every chunk. Says what was lost, how far delivery was ahead of what was saved, how long
 * streams stood still, and what each process used for a chunk.
 *
 * 3,000 generations of 300 chunks at 4 chunks/s, for as long as an answer lasts, so that everybody comes for a second
 * one; HOLDFAST_BENCH_USERS and HOLDFAST_BENCH_SECONDS for others.
 * Writes docs/figures/load-end-to-end.json.
 *
 *     node bench/main.ts load-end-to-end
 */
import { asked, keep, play } from './load/play.ts';

export async function run(): Promise<void> {
  const figures = await play({
    users: asked('USERS', 3_000),
    warmup: 20_000,
    duration: asked('SECONDS', 75) * 1_000,
    chunks: '300',
    gap: '250ms',
    mix: 'stay=1',
  });
  await keep('load-end-to-end', figures);
}
