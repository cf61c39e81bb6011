// jwbron/egg#2411: what starts holds all that runs elsewhere for what a crash has left, and ends it.
import { endTaken, takeOver } from '../store/generations.ts';
import type { ServerDefect } from './defect.ts';

export const sweptAtStart: ServerDefect = {
  name: 'swept-at-start',
  about: 'A server that starts ends whatever is being generated, as if there were no other that does it.',
  seenIn: ['jwbron/egg#2411'],
  plant(parts) {
    let started = false;
    return {
      ...parts,
      store: {
        ...parts.store,
        async sweepOrphans(db, by, silent) {
          if (started) return parts.store.sweepOrphans(db, by, silent);
          started = true;
          const taken = await takeOver(db, by, 'lease_owner <> $1', [], 'waits');
          return endTaken(db, taken, 'error', 'ORPHANED');
        },
      },
    };
  },
};
