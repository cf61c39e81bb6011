// convex persistent-text-streaming, src/client: what came after the last checkpoint is never saved.
import type { ServerDefect } from './defect.ts';

export const tailNotFlushed: ServerDefect = {
  name: 'tail-not-flushed',
  about: 'What comes after the last checkpoint is shown and never saved: the end saves the state only.',
  seenIn: ['get-convex/persistent-text-streaming src/client'],
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      async endGeneration(db, id, epoch, whole, ...rest) {
        const saved = await parts.messages(db, 'checkpoint').byId(id);
        const kept = saved ? { content: saved.content, chunks: saved.chunk_count } : whole;
        return parts.store.endGeneration(db, id, epoch, kept, ...rest);
      },
    },
  }),
};
