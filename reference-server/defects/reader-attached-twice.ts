// oguzbilgic/kern-ai P#16: the old subscription outlives a reconnect, and every chunk comes twice.
import { forWhoComesBack } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const readerAttachedTwice: ServerDefect = {
  name: 'reader-attached-twice',
  about: 'Whoever comes back is subscribed for a second time, and gets every chunk twice from then on.',
  seenIn: ['oguzbilgic/kern-ai P#16'],
  like: 'old-source-left-open',
  plant: (parts) =>
    forWhoComesBack(parts, (generation, stream, place) => {
      const live = generation.since(place)?.at ?? place;
      parts.readAlong(generation, stream, place);
      parts.readAlong(generation, stream, live);
    }),
};
