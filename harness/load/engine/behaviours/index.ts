import type { Behaviour } from './behaviour.ts';
import { cut } from './cut.ts';
import { poll } from './poll.ts';
import { refresh } from './refresh.ts';
import { secondTab } from './second-tab.ts';
import { stay } from './stay.ts';
import { stop } from './stop.ts';
import { switchSession } from './switch.ts';

export type { Behaviour } from './behaviour.ts';

/** Everything a user may do, in the order in which a report shows it. */
export const behaviours: readonly Behaviour[] = [stay, refresh, cut, poll, switchSession, secondTab, stop];

export function behaviourOf(id: string): Behaviour | undefined {
  return behaviours.find((behaviour) => behaviour.id === id);
}
