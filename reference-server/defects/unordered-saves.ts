// vercel/workflow P#1002: checkpoints are written without waiting for each other, and an old one lands last.
import type { Save } from '../store/saving.ts';
import type { ServerDefect } from './defect.ts';
import { withWriter } from './writing.ts';

export const unorderedSaves: ServerDefect = {
  name: 'unordered-saves',
  about:
    'Checkpoints are written without waiting for each other; the first lands last, over the whole answer.',
  seenIn: ['vercel/workflow P#1002'],
  plant: (parts) =>
    withWriter(parts, (clean, db) => {
      const late = new Map<string, Save>();
      return {
        async save(row) {
          if (late.has(row.id)) return clean.save(row);
          late.set(row.id, row);
          return true;
        },
        async end(whole) {
          const won = await clean.end(whole);
          const first = late.get(whole.id);
          if (first) {
            await db.query('UPDATE ai_chat_messages SET content = $2, chunk_count = $3 WHERE id = $1', [
              first.id,
              first.text,
              first.chunks,
            ]);
          }
          return won;
        },
      };
    }),
};
