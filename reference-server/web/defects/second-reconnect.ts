// danny-avila/LibreChat P#11842: the first resume works, the second one expects the sequence to begin at 0.
import { byArrival, type PageDefect } from './page-defect.ts';

export const secondReconnect: PageDefect = {
  name: 'second-reconnect',
  about: 'The place to go on from is kept for one resume; the second one begins at 0 again.',
  seenIn: ['danny-avila/LibreChat P#11842'],
  change(parts) {
    const { api } = parts;
    const resumed = new Set<string>();
    return byArrival({
      ...parts,
      api: {
        ...api,
        stream(id, cursor, signal) {
          const isFirst = !resumed.has(id);
          resumed.add(id);
          return api.stream(id, isFirst ? cursor : null, signal);
        },
      },
    });
  },
};
