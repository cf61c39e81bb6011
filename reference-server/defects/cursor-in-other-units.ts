// vercel/ai#19088: the resumable stream counts one thing, the client's resume offset another.
import { formatCursor } from '../sse/cursor.ts';
import type { ServerDefect } from './defect.ts';

export const cursorInOtherUnits: ServerDefect = {
  name: 'cursor-in-other-units',
  about: 'The ids of events count chunks, and whoever resumes is placed by characters.',
  seenIn: ['vercel/ai#19088'],
  plant: (parts) => ({
    ...parts,
    async openStream(services, id, from, response, greet) {
      // A place inside a character would be refused; real logs of bytes or events take any number.
      const text = (await services.messages.byId(id))?.content ?? '';
      const inside = text.charCodeAt(from) >= 0xdc00 && text.charCodeAt(from) <= 0xdfff;
      return parts.openStream(services, id, inside ? from - 1 : from, response, greet);
    },
    readAlong(generation, stream, place) {
      const { send } = stream;
      stream.send = (event, cursor, data) => {
        const { index } = data as { index?: number };
        const counted = index === undefined ? cursor : formatCursor(generation.id, index + 1);
        send.call(stream, event, counted, data);
      };
      parts.readAlong(generation, stream, place);
    },
  }),
};
