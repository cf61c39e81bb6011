// vercel/chatbot#1060, PageSpace P#1860: content is saved when the stream ends, by the connection that asked.
import type { ServerDefect } from './defect.ts';

export const savedAtEnd: ServerDefect = {
  name: 'saved-at-end',
  about: 'An answer is saved when its stream ends, by the connection that asked; who leaves early loses it.',
  seenIn: ['vercel/chatbot#1060', 'PageSpace P#1860'],
  plant: (parts) => ({
    ...parts,
    send(services, ...asked) {
      const config = { ...services.config, persistence: 'at-end' } as const;
      return parts.send({ ...services, config }, ...asked);
    },
  }),
};
