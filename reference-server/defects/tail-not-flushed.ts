// convex persistent-text-streaming, src/client: what came after the last checkpoint is never saved.
import type { ServerDefect } from './defect.ts';
import { withWriter } from './writing.ts';

export const tailNotFlushed: ServerDefect = {
  name: 'tail-not-flushed',
  about: 'What comes after the last checkpoint is shown and never saved: the end saves the state only.',
  seenIn: ['get-convex/persistent-text-streaming src/client'],
  plant: (parts) =>
    withWriter(parts, (clean, db) => ({
      async end(whole) {
        const saved = await parts.messages(db, 'checkpoint').byId(whole.id);
        return clean.end(saved ? { ...whole, text: saved.content, chunks: saved.chunk_count } : whole);
      },
    })),
};
