/** What can befall the connections between the target and what it depends on. `tcp-link.ts` carries it out. */
import type { FaultInfo } from './fault.ts';

const PLACES = [
  ['llm', 'the LLM'],
  ['database', 'its database'],
] as const;

export const linkFaults: readonly FaultInfo[] = PLACES.flatMap(([at, place]) => [
  {
    id: `${at}-hold`,
    at,
    about: `Nothing passes between the target and ${place}, in either direction; nothing is lost or closed.`,
    heals: 'when it is released',
  },
  {
    id: `${at}-cut`,
    at,
    about: `Every connection between the target and ${place} is reset; new ones are accepted.`,
    heals: 'at once',
  },
  {
    id: `${at}-refuse`,
    at,
    about: `New connections of the target to ${place} are reset; those that are open go on.`,
    heals: 'when the link heals',
  },
]);
