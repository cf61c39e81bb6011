/**
 * All readers lose the network at once in the middle of their answers, and come back at once: how long it takes until
 * each has new text, and whether the LLM was called once for each answer. The profile `thundering-reconnect` with 2,000
 * readers; HOLDFAST_BENCH_USERS for others.
 *
 * Writes docs/figures/load-reconnect.json.
 *
 *     node bench/main.ts load-reconnect
 */
import { asked, keep, play } from './load/play.ts';

export async function run(): Promise<void> {
  await keep('load-reconnect', await play({ profile: 'thundering-reconnect', users: asked('USERS', 2_000) }));
}
