// sqlrooms#278, assistant-ui P#5336: tokens appear in the session that is open, not in the one that asked.

import type { EventStream } from '../sse/event-stream.ts';
import { sendChunk } from '../sse/read-along.ts';
import type { ServerDefect } from './defect.ts';

export const streamCrosstalk: ServerDefect = {
  name: 'stream-crosstalk',
  about: 'What the LLM says goes to the stream that was opened last as well, whatever that is a stream of.',
  seenIn: ['sqlrooms#278', 'assistant-ui P#5336'],
  like: 'wrong-session',
  plant(parts) {
    let newest: { stream: EventStream; of: string } | undefined;
    return {
      ...parts,
      readAlong(generation, stream, place) {
        newest = { stream, of: generation.id };
        let at = place;
        const detach = generation.attach(() => {
          const piece = generation.since(at);
          if (!piece) return;
          at = piece.at;
          if (newest && newest.of !== generation.id) sendChunk(newest.stream, generation.id, piece.text, at);
        });
        stream.closed.addEventListener('abort', detach);
        parts.readAlong(generation, stream, place);
      },
    };
  },
};
