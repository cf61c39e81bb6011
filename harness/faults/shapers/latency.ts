/** A long way: every byte comes so much later, and the order stays. */
import { setTimeout as sleep } from 'node:timers/promises';
import { later } from './later.ts';
import type { Shaper } from './shaper.ts';

const LATENCY_MS = 150;

export const latency: Shaper = {
  id: 'latency',
  at: 'device',
  about: `Every byte to the device takes ${LATENCY_MS} ms longer.`,
  heals: 'for new connections, when the device heals',
  open: () => later(() => sleep(LATENCY_MS)),
};
