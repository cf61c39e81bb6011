// Open-Relay P#162: whoever polls takes content that has not changed since the last look for a finished answer.
import type { PageDefect } from './page-defect.ts';

export const quietIsDone: PageDefect = {
  name: 'quiet-is-done',
  about: 'Two looks at an answer that find the same text take it for finished.',
  seenIn: ['Open-Relay P#162'],
  change(parts) {
    const looked = new Map<string, string>();
    return {
      ...parts,
      adopt(held, row, isTruth) {
        const isQuiet = row.content !== '' && looked.get(row.id) === row.content;
        looked.set(row.id, row.content);
        const next = parts.adopt(held, row, isTruth);
        return isQuiet && row.status === 'generating' ? { ...next, state: 'completed', phase: 'sent' } : next;
      },
    };
  },
};
