// twentyhq/twenty P#22484: chunks between the snapshot and the first live event are lost.
import { sendChunk } from '../sse/read-along.ts';
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const snapshotLiveGap: ServerDefect = {
  name: 'snapshot-live-gap',
  about: 'Whoever comes back gets what there is, then what comes live; the chunk between the two is lost.',
  seenIn: ['twentyhq/twenty P#22484'],
  plant: (parts) =>
    forWhoComesBack(parts, (generation, stream, place) => {
      let at = place;
      const snapshot = generation.since(place);
      if (snapshot) {
        sendChunk(stream, generation.id, snapshot.text, snapshot.at);
        at = snapshot.at;
      }
      // The subscription takes effect by a chunk that it does not deliver.
      const detach = generation.attach(() => {
        const missed = generation.since(at);
        at = missed?.at ?? at;
        if (!missed?.text && !generation.outcome && !generation.abandoned) return;
        detach();
        parts.readAlong(generation, stream, at);
      });
      stream.closed.addEventListener('abort', detach);
    }),
};
