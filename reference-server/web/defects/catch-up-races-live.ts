// twentyhq/twenty P#22484, mastra-ai/mastra#18148: what was missed and what is said now come by two ways, and are
// applied in the order in which they arrive.
import { cursorOf, type ServerEvent } from '../client/events.ts';
import { byArrival, type PageDefect } from './page-defect.ts';

export const catchUpRacesLive: PageDefect = {
  name: 'catch-up-races-live',
  about: 'After a loss, what was missed is read by a call of its own, and what is said now overtakes it.',
  seenIn: ['twentyhq/twenty P#22484', 'mastra-ai/mastra#18148'],
  change(parts) {
    const { api, events } = parts;
    const missed = new WeakMap<Response, Extract<ServerEvent, { type: 'chunk' }>>();
    return byArrival({
      ...parts,
      api: {
        ...api,
        async stream(id, cursor, signal) {
          const { content } = await api.message(id);
          const held = cursor === null ? 0 : Number(cursor.slice(cursor.lastIndexOf(':') + 1));
          if (content.length <= held) return api.stream(id, cursor, signal);
          const response = await api.stream(id, cursorOf(id, content.length), signal);
          missed.set(response, { type: 'chunk', text: content.slice(held), end: content.length });
          return response;
        },
      },
      async *events(response, signal) {
        let catchUp = missed.get(response);
        for await (const event of events(response, signal)) {
          // The slower way: it arrives when the first live text has, at the latest when there is nothing more to come.
          const isLive = event.type === 'chunk' && event.text !== '';
          if (isLive) yield event;
          if (catchUp && (isLive || event.type === 'done')) {
            yield catchUp;
            catchUp = undefined;
          }
          if (!isLive) yield event;
        }
      },
    });
  },
};
