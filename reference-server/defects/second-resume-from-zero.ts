// LibreChat P#11842: the first resume works, the second begins again at sequence 0.
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const secondResumeFromZero: ServerDefect = {
  name: 'second-resume-from-zero',
  about: 'The first time one comes back to an answer works; the second time begins at its start.',
  seenIn: ['LibreChat P#11842'],
  like: 'second-reconnect',
  plant(parts) {
    const resumed = new Set<string>();
    return forWhoComesBack(parts, (generation, stream, place) => {
      const again = resumed.has(generation.id);
      resumed.add(generation.id);
      parts.readAlong(generation, stream, again ? { length: 0, chunks: 0 } : place);
    });
  },
};
