/** What defects of the list of messages have in common: an answer that is being generated is listed as something else. */
import type { Parts } from '../parts.ts';
import type { MessageRow, Status } from '../store/messages.ts';

export function listedAs(parts: Parts, status: Status, which: (row: MessageRow) => boolean): Parts {
  return {
    ...parts,
    messages(db, persistence) {
      const clean = parts.messages(db, persistence);
      const listed = (row: MessageRow) =>
        row.status === 'generating' && which(row) ? { ...row, status, is_streaming: false } : row;
      return { ...clean, inSession: async (session) => (await clean.inSession(session)).map(listed) };
    },
  };
}
