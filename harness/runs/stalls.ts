/**
 * Notices when the harness itself stood still: its actors, proxy and recorder share one thread, so what they saw in
 * that time they saw late. The judge extends every bound that overlaps it.
 */
import { now, type Recorder } from '../history/index.ts';

const TICK = 20;
/** Shorter than this is within what any bound bears, ms. */
const WORTH_TELLING = 100;

/** @returns how to stop watching */
export function watchStalls(recorder: Recorder): () => void {
  let last = now();
  const timer = setInterval(() => {
    const at = now();
    if (at - last > TICK + WORTH_TELLING) recorder.record({ type: 'stall', from: last });
    last = at;
  }, TICK);
  return () => clearInterval(timer);
}
