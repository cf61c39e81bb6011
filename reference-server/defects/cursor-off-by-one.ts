// openai-node P#2671: whoever resumes gets one event too few.
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const cursorOffByOne: ServerDefect = {
  name: 'cursor-off-by-one',
  about: 'The first event after the cursor is taken for one that its reader has.',
  seenIn: ['openai-node P#2671'],
  plant: (parts) =>
    forWhoComesBack(parts, (generation, stream, place) => {
      const { send } = stream;
      stream.send = (event, cursor, data) => {
        const isText = event === 'chunk' && (data as { text: string }).text !== '';
        if (isText) stream.send = send;
        else send.call(stream, event, cursor, data);
      };
      parts.readAlong(generation, stream, place);
    }),
};
