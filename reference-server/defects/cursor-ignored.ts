// vercel/ai#18457, #14688: resume replays from the start, to a client that appends.
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const cursorIgnored: ServerDefect = {
  name: 'cursor-ignored',
  about: 'Whoever comes back is sent the answer from its start, whatever the cursor says.',
  seenIn: ['vercel/ai#18457', 'vercel/ai#14688', 'langgraphjs P#2327'],
  like: 'replay-appended',
  plant: (parts) =>
    forWhoComesBack(parts, (generation, stream) =>
      parts.readAlong(generation, stream, { length: 0, chunks: 0 }),
    ),
};
