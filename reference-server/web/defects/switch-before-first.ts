// danny-avila/LibreChat#13335: who switches to another conversation before the first token loses the answer.
import type { PageDefect } from './page-defect.ts';

export const switchBeforeFirst: PageDefect = {
  name: 'switch-before-first',
  about: 'An answer of which nothing is there yet is given up when another session is shown.',
  seenIn: ['danny-avila/LibreChat#13335'],
  change(parts) {
    const { cache } = parts;
    const left = new Set<string>();
    const shown = {
      get: () => cache.shown,
      set(session: string | null) {
        const messages = session === cache.shown ? [] : (cache.get(cache.shown ?? '')?.messages ?? []);
        for (const { key, text } of messages) if (text === '') left.add(key);
        cache.shown = session;
      },
    };
    return {
      ...parts,
      cache: Object.create(cache, { shown }),
      unfinished: (message, session) => !left.has(message.key) && parts.unfinished(message, session),
      adopt: (held, row, isTruth) => (left.has(held.key) ? held : parts.adopt(held, row, isTruth)),
    };
  },
};
