// danny-avila/LibreChat#13335: who switches to another conversation before the first token loses the answer.
import type { PageDefect } from './page-defect.ts';

export const switchBeforeFirst: PageDefect = {
  name: 'switch-before-first',
  about: 'An answer of which nothing is there yet is over, and stays empty, when another session is shown.',
  seenIn: ['danny-avila/LibreChat#13335'],
  change(parts) {
    const { cache } = parts;
    const left = new Set<string>();
    const shown = {
      get: () => cache.shown,
      set(session: string | null) {
        const before = cache.shown ?? '';
        const messages = session === before ? [] : (cache.get(before)?.messages ?? []);
        for (const message of messages.filter(({ text }) => text === '')) {
          left.add(message.key);
          cache.update(before, message.key, { phase: 'sent', state: 'completed' });
        }
        cache.shown = session;
      },
    };
    return {
      ...parts,
      cache: Object.create(cache, { shown }),
      adopt: (held, row, isTruth) => (left.has(held.key) ? held : parts.adopt(held, row, isTruth)),
    };
  },
};
