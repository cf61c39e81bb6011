// TanStack AI, stream-durability: chunks wait for a batch of 32; an LLM that falls silent shows nothing of them.
import { sendChunk } from '../sse/read-along.ts';
import type { ServerDefect } from './defect.ts';

const BATCH = 32;

export const batchHoldsBack: ServerDefect = {
  name: 'batch-holds-back',
  about: `Readers get ${BATCH} chunks at a time; fewer wait until there are more.`,
  seenIn: ['TanStack/ai stream-durability'],
  plant: (parts) => ({
    ...parts,
    readAlong(generation, stream, place) {
      let at = place;
      const pull = () => {
        const over = generation.outcome !== undefined || generation.abandoned;
        const batch = generation.since(at);
        if (batch && !over && batch.at.chunks - at.chunks >= BATCH) {
          at = batch.at;
          sendChunk(stream, generation.id, batch.text, at);
        }
        if (!over) return;
        detach();
        parts.readAlong(generation, stream, at);
      };
      const detach = generation.attach(pull);
      stream.closed.addEventListener('abort', detach);
      pull();
    },
  }),
};
