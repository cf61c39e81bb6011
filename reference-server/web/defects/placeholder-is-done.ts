// ai-dial-chat#8684, open-webui/open-webui#23176: a page that loads before the first token finds an empty
// answer, and shows it as a finished one.
import type { PageDefect } from './page-defect.ts';

export const placeholderIsDone: PageDefect = {
  name: 'placeholder-is-done',
  about: 'An answer that is found empty is taken for a finished one, whatever its status says.',
  seenIn: ['ai-dial-chat#8684', 'open-webui/open-webui#23176'],
  change: (parts) => ({
    ...parts,
    adopt(held, row, isTruth) {
      const next = parts.adopt(held, row, isTruth);
      const isEmpty = row.status === 'generating' && next.text === '';
      return isEmpty ? { ...next, state: 'completed', phase: 'sent' } : next;
    },
  }),
};
