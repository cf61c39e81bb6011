// convex persistent-text-streaming, src/component: the sweep ends streams that are slow, not dead.
import { endTaken, takeOver } from '../store/generations.ts';
import type { ServerDefect } from './defect.ts';

export const sweptAlive: ServerDefect = {
  name: 'swept-alive',
  about: 'What has not grown for two seconds is taken for dead and ended in `error`, whoever holds it.',
  seenIn: ['get-convex/persistent-text-streaming src/component'],
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      async sweepOrphans(db, by) {
        // A row that a heartbeat is renewing right now is waited for: whether it strikes is not left to chance.
        const slow = await takeOver(db, by, `last_updated < now() - interval '2 s'`, [], 'waits');
        await endTaken(db, slow, 'error', 'ORPHANED');
        // What is told of it would reach its owner.
        return [];
      },
      // Its owner does not find out by its heartbeat, either.
      async renewLeases(...held) {
        await parts.store.renewLeases(...held);
        return [];
      },
    },
  }),
};
