import { delayOrForEver } from './delay.ts';
import type { Fault } from './fault.ts';

function stallNamed(name: string, keepAlive: boolean, what: string): Fault {
  return {
    name,
    what: `${what}; then what became due meanwhile comes all at once.`,
    place: 'chunk',
    value: delayOrForEver,
    needsStream: keepAlive,
    acts: (_, ms) => [{ do: 'wait', ms, moves: false, keepAlive }],
    means(story, ms) {
      if (ms === null) story.end = 'never';
    },
  };
}

export const stall = stallNamed('stall', false, 'Silent for that long');
export const stallAlive = stallNamed(
  'stall-alive',
  true,
  'Nothing but keep-alives (pings, where the provider has them) every 250 ms for that long',
);
