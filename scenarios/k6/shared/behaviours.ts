/** All that the scripts for stock k6 play. */
import type { Behaviour } from './behaviour.ts';
import { concurrentTabs } from './behaviours/concurrent-tabs.ts';
import { cut } from './behaviours/cut.ts';
import { poll } from './behaviours/poll.ts';
import { refresh } from './behaviours/refresh.ts';
import { switchSession } from './behaviours/switch.ts';
import type { WholeVisit } from './whole-visit.ts';

export const behaviours: readonly Behaviour<WholeVisit>[] = [
  refresh,
  cut,
  switchSession,
  concurrentTabs,
  poll,
];
