// fdb-kubernetes-operator#241: whether a lock has expired is read off a wall clock, which jumps. client-go#448 says why one
// should watch instead.
import { endTaken, LAPSED, takeOver } from '../store/generations.ts';
import type { ServerDefect } from './defect.ts';

export const sweptByDatabaseClock: ServerDefect = {
  name: 'swept-by-database-clock',
  about:
    "The sweep judges leases by the database's wall clock: when that is set right, it ends answers that are alive.",
  seenIn: ['FoundationDB/fdb-kubernetes-operator#241', 'kubernetes/client-go#448'],
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      async sweepOrphans(db, by) {
        const taken = await takeOver(db, by, `${LAPSED} AND lease_owner <> $1`, [], 'waits');
        return endTaken(db, taken, 'error', 'ORPHANED');
      },
    },
  }),
};
