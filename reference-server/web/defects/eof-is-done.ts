// recoupable/app#1923: a connection that ends cleanly, as at a proxy that is restarted, is taken for the end.
import type { PageDefect } from './page-defect.ts';

export const eofIsDone: PageDefect = {
  name: 'eof-is-done',
  about: 'A connection that ends cleanly is taken for an answer that ended.',
  seenIn: ['recoupable/app#1923'],
  change: (parts) => ({ ...parts, afterCleanEnd: () => 'completed' }),
};
