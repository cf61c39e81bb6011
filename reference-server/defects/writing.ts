/** What defects of saving have in common: the writer of answers is another, put around the clean one. */
import type { Parts } from '../parts.ts';
import type { Database } from '../store/database.ts';
import type { Writer } from '../store/writer.ts';

export function withWriter(parts: Parts, change: (clean: Writer, db: Database) => Partial<Writer>): Parts {
  return {
    ...parts,
    writer(combined, alone, config) {
      const clean = parts.writer(combined, alone, config);
      return { ...clean, ...change(clean, alone) };
    },
  };
}
