// danny-avila/LibreChat#13335: who switches to another conversation before the first token loses the answer.
import type { PageDefect } from './page-defect.ts';

export const switchBeforeFirst: PageDefect = {
  name: 'switch-before-first',
  about: 'An answer of which nothing is there yet is given up when another session is shown.',
  seenIn: ['danny-avila/LibreChat#13335'],
  change(parts) {
    const { cache } = parts;
    const left = new Set<string>();
    return {
      ...parts,
      unfinished(message, session) {
        if (cache.shown !== session && message.text === '') left.add(message.key);
        return !left.has(message.key) && parts.unfinished(message, session);
      },
      adopt: (held, row, isTruth) => (left.has(held.key) ? held : parts.adopt(held, row, isTruth)),
    };
  },
};
