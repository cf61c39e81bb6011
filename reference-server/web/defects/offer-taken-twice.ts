// cloudflare/agents#1733: the server's offer to resume is handled twice, and the buffer is replayed each time.
import { byArrival, type PageDefect } from './page-defect.ts';

export const offerTakenTwice: PageDefect = {
  name: 'offer-taken-twice',
  about: 'What a resumed stream brings first, what was missed, is handled twice.',
  seenIn: ['cloudflare/agents#1733'],
  change(parts) {
    const { api, events } = parts;
    const resumed = new WeakSet<Response>();
    return byArrival({
      ...parts,
      api: {
        ...api,
        async stream(id, cursor, signal) {
          const response = await api.stream(id, cursor, signal);
          resumed.add(response);
          return response;
        },
      },
      async *events(response, signal) {
        let isReplay = resumed.has(response);
        for await (const event of events(response, signal)) {
          if (isReplay && event.type === 'chunk') {
            isReplay = false;
            yield event;
          }
          yield event;
        }
      },
    });
  },
};
