// Gitlawb/zero P#347: keep-alives reset the timer that should notice a stream without progress.
import type { PageDefect } from './page-defect.ts';

export const keepaliveHidesStall: PageDefect = {
  name: 'keepalive-hides-stall',
  about: 'A keep-alive counts as progress, so that a stream which brings nothing else is never doubted.',
  seenIn: ['Gitlawb/zero P#347'],
  change: (parts) => ({ ...parts, isProgress: () => true }),
};
