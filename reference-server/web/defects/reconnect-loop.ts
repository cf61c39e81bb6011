// vercel/ai P#15368: an empty 200 without an end is reconnected at once, for ever.
import type { PageDefect } from './page-defect.ts';

export const reconnectLoop: PageDefect = {
  name: 'reconnect-loop',
  about: 'A stream that brings nothing is asked for again at once, however often that was in vain.',
  seenIn: ['vercel/ai P#15368'],
  change: (parts) => ({ ...parts, pause: () => 0 }),
};
