/** All that the scripts for a k6 with k6/x/sse play. */
import type { Behaviour } from '../behaviour.ts';
import { poll } from '../behaviours/poll.ts';
import { refresh } from '../behaviours/refresh.ts';
import { switchSession } from '../behaviours/switch.ts';
import { concurrentTabs } from './behaviours/concurrent-tabs.ts';
import { cut } from './behaviours/cut.ts';
import type { LiveVisit } from './visit.ts';

export const behaviours: readonly Behaviour<LiveVisit>[] = [
  refresh,
  cut,
  switchSession,
  concurrentTabs,
  poll,
];
