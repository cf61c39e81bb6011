// open-webui#29596: after a refresh the answer begins in the middle.
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const prefixMissing: ServerDefect = {
  name: 'prefix-missing',
  about: 'After a refresh nothing is told of an answer that is being generated but what comes from then on.',
  seenIn: ['open-webui#29596'],
  plant(parts) {
    const live = forWhoComesBack(parts, (generation, stream, place) => {
      const now = place.length === 0 ? generation.since(place)?.at : undefined;
      parts.readAlong(generation, stream, now ?? place);
    });
    return {
      ...live,
      messages(db, persistence) {
        const clean = parts.messages(db, persistence);
        return {
          ...clean,
          inSession: async (session) =>
            (await clean.inSession(session)).map((row) =>
              row.status === 'generating' ? { ...row, content: '' } : row,
            ),
        };
      },
    };
  },
};
