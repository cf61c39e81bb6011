// LibreChat P#11710, vercel/resumable-stream P#41: what is said between start and subscription reaches nobody.
import type { Parts } from '../parts.ts';
import type { ServerDefect } from './defect.ts';

export const subscribeAfterStart: ServerDefect = {
  name: 'subscribe-after-start',
  about: 'Whoever asks is subscribed once the answer has begun, and never gets what it began with.',
  seenIn: ['LibreChat P#11710', 'vercel/resumable-stream P#41'],
  plant: (parts) => ({
    ...parts,
    openStream(services, id, from, response, greet) {
      const readAlong = greet ? subscribeLate(services.parts) : services.parts.readAlong;
      const late = { ...services, parts: { ...services.parts, readAlong } };
      return parts.openStream(late, id, from, response, greet);
    },
  }),
};

function subscribeLate(parts: Parts): Parts['readAlong'] {
  return (generation, stream, place) => {
    const subscribe = () => {
      const begun = generation.since(place);
      if (!begun && !generation.outcome && !generation.abandoned) return;
      detach();
      parts.readAlong(generation, stream, begun?.at ?? place);
    };
    const detach = generation.attach(subscribe);
    stream.closed.addEventListener('abort', detach);
    subscribe();
  };
}
