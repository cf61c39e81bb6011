// cloudflare/agents#1733: one offer to resume is handled twice, and the buffer replayed twice.
import { sendChunk } from '../sse/read-along.ts';
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const catchUpTwice: ServerDefect = {
  name: 'catch-up-twice',
  about: 'Whoever comes back is sent twice what was missed meanwhile.',
  seenIn: ['cloudflare/agents#1733'],
  like: 'offer-taken-twice',
  plant: (parts) =>
    forWhoComesBack(parts, (generation, stream, place) => {
      const missed = generation.since(place);
      if (missed) sendChunk(stream, generation.id, missed.text, missed.at);
      parts.readAlong(generation, stream, place);
    }),
};
