// modelcontextprotocol/typescript-sdk#2499: a stream that is cut a second time before any event came has no last
// event id of its own, and the one before is forgotten.
import { byArrival, type PageDefect } from './page-defect.ts';

export const doubleCutBeforeId: PageDefect = {
  name: 'double-cut-before-id',
  about: 'The last event id is kept with its connection; one that is cut before any event forgets it.',
  seenIn: ['modelcontextprotocol/typescript-sdk#2499'],
  change(parts) {
    const { api, events } = parts;
    const answers = new WeakMap<Response, string>();
    /** Answers whose last connection brought no event. */
    const forgotten = new Set<string>();
    return byArrival({
      ...parts,
      api: {
        ...api,
        async stream(id, cursor, signal) {
          const from = forgotten.has(id) ? null : cursor;
          forgotten.add(id);
          const response = await api.stream(id, from, signal);
          answers.set(response, id);
          return response;
        },
      },
      async *events(response, signal) {
        for await (const event of events(response, signal)) {
          if (event.type === 'chunk') forgotten.delete(answers.get(response) ?? '');
          yield event;
        }
      },
    });
  },
};
