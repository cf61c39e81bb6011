/** A way of changing length: what comes later never overtakes, as TCP has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { later } from './later.ts';
import type { Shaper } from './shaper.ts';

const LATENCIES_MS = [0, 120, 10, 80, 200, 0, 40] as const;

export const jitter: Shaper = {
  id: 'jitter',
  at: 'device',
  about: `Bytes to the device take between ${Math.min(...LATENCIES_MS)} and ${Math.max(...LATENCIES_MS)} ms longer, in turns.`,
  heals: 'for new connections, when the device heals',
  open() {
    let turn = 0;
    return later(() => sleep(LATENCIES_MS[turn++ % LATENCIES_MS.length]));
  },
};
