// loma P#83: the heartbeat of a dead run goes on, so that it never counts as stale.
import type { ServerDefect } from './defect.ts';

export const heartbeatLeaks: ServerDefect = {
  name: 'heartbeat-leaks',
  about: 'Whatever is in `generating` gets a heartbeat, alive or not: the dead never count as stale.',
  seenIn: ['loma P#83'],
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      async sweepOrphans(db, ...sweep) {
        await db.query(
          `UPDATE ai_chat_messages SET lease_expires_at = now() + interval '1 min' WHERE status = 'generating'`,
        );
        return parts.store.sweepOrphans(db, ...sweep);
      },
    },
  }),
};
