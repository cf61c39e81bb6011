// vercel/resumable-stream P#47: the end event is lost, and the stream stays open.
import type { ServerDefect } from './defect.ts';

export const lostEnd: ServerDefect = {
  name: 'lost-end',
  about: 'Readers who are attached when the answer ends are not told; their stream stays open, kept alive.',
  seenIn: ['vercel/resumable-stream P#47'],
  plant: (parts) => ({
    ...parts,
    readAlong(generation, stream, place) {
      const { send } = stream;
      stream.send = (event, cursor, data) => {
        if (event !== 'done') send.call(stream, event, cursor, data);
      };
      stream.end = () => {};
      parts.readAlong(generation, stream, place);
    },
  }),
};
