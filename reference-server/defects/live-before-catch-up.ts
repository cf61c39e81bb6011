// twentyhq/twenty P#22484, mastra#18148: replay and live events are applied in the order in which they arrive.
import { sendChunk } from '../sse/read-along.ts';
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const liveBeforeCatchUp: ServerDefect = {
  name: 'live-before-catch-up',
  about: 'Whoever comes back gets the next live chunk before what was missed meanwhile.',
  seenIn: ['twentyhq/twenty P#22484', 'mastra#18148'],
  like: 'catch-up-races-live',
  plant: (parts) =>
    forWhoComesBack(parts, (generation, stream, place) => {
      const missed = generation.since(place);
      if (!missed) return parts.readAlong(generation, stream, place);
      let at = missed.at;
      const race = () => {
        const live = generation.since(at);
        at = live?.at ?? at;
        if (!live?.text && !generation.outcome && !generation.abandoned) return;
        detach();
        if (live) sendChunk(stream, generation.id, live.text, live.at);
        sendChunk(stream, generation.id, missed.text, missed.at);
        parts.readAlong(generation, stream, at);
      };
      const detach = generation.attach(race);
      stream.closed.addEventListener('abort', detach);
    }),
};
