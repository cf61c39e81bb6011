// vercel/workflow P#1002: checkpoints are written without waiting for each other, and an old one lands last.
import type { Database } from '../store/database.ts';
import type { Snapshot } from '../store/generations.ts';
import type { ServerDefect } from './defect.ts';

export const unorderedSaves: ServerDefect = {
  name: 'unordered-saves',
  about:
    'Checkpoints are written without waiting for each other; the first lands last, over the whole answer.',
  seenIn: ['vercel/workflow P#1002'],
  plant(parts) {
    const late = new Map<string, Snapshot | 'landed'>();
    const land = async (db: Database, id: string) => {
      const snapshot = late.get(id);
      late.set(id, 'landed');
      if (snapshot === undefined || snapshot === 'landed') return;
      await db.query('UPDATE ai_chat_messages SET content = $2, chunk_count = $3 WHERE id = $1', [
        id,
        snapshot.content,
        snapshot.chunks,
      ]);
    };
    return {
      ...parts,
      store: {
        ...parts.store,
        async saveCheckpoint(db, id, epoch, snapshot, lease) {
          if (late.has(id)) return parts.store.saveCheckpoint(db, id, epoch, snapshot, lease);
          late.set(id, snapshot);
          return true;
        },
        async endGeneration(db, id, ...rest) {
          const won = await parts.store.endGeneration(db, id, ...rest);
          await land(db, id);
          return won;
        },
      },
    };
  },
};
