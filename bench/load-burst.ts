/**
 * Many new questions at once: everybody asks, and then asks again as soon as the answer is there, so that ends and new
 * questions come in waves. How long the first chunk takes, and what each process used for a chunk.
 *
 * 1,000 users who all come at the same moment, for answers of 20 chunks at 4 chunks/s; HOLDFAST_BENCH_USERS for others.
 * Writes docs/figures/load-burst.json.
 *
 *     node bench/main.ts load-burst
 */
import { asked, keep, play } from './load/play.ts';

export async function run(): Promise<void> {
  const figures = await play({
    users: asked('USERS', 1_000),
    warmup: 0,
    duration: asked('SECONDS', 20) * 1_000,
    chunks: '20',
    gap: '250ms',
    mix: 'stay=1',
  });
  await keep('load-burst', figures);
}
