// hermes-webui#893: stop deletes what was shown.
import type { ServerDefect } from './defect.ts';

export const stopLosesPartial: ServerDefect = {
  name: 'stop-loses-partial',
  about: 'Stop deletes what there was of the answer.',
  seenIn: ['hermes-webui#893'],
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      endGeneration(db, id, epoch, snapshot, status, failure) {
        const kept = status === 'cancelled' ? { content: '', chunks: 0 } : snapshot;
        return parts.store.endGeneration(db, id, epoch, kept, status, failure);
      },
    },
  }),
};
