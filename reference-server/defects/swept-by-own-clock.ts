// stroom P#5772, MailFathom#1989: whether a lease has lapsed is judged by the clock of whoever asks, and one that is
// ahead takes over what is alive. db-scheduler#433 asks for the database's clock for the same reason.
import { endTaken, LAPSED, takeOver } from '../store/generations.ts';
import type { ServerDefect } from './defect.ts';

export const sweptByOwnClock: ServerDefect = {
  name: 'swept-by-own-clock',
  about:
    'The sweep judges leases by the wall clock of its own process: one that is ahead ends answers that are alive.',
  seenIn: ['gchq/stroom P#5772', 'Krzysztof318/MailFathom#1989', 'kagkarlsson/db-scheduler#433'],
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      async sweepOrphans(db, by) {
        const lapsed = LAPSED.replaceAll('now()', '$3::timestamptz');
        const taken = await takeOver(db, by, `${lapsed} AND lease_owner <> $1`, [new Date()], 'waits');
        return endTaken(db, taken, 'error', 'ORPHANED');
      },
    },
  }),
};
