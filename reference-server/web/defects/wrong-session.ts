// sqlrooms#278, assistant-ui P#5336: text goes where the reader is, not where it was asked for.
import type { Cache } from '../client/cache.ts';
import { byArrival, type PageDefect } from './page-defect.ts';

export const wrongSession: PageDefect = {
  name: 'wrong-session',
  about: 'What a stream brings is added to the conversation that is open, not to the one that asked.',
  seenIn: ['sqlrooms#278', 'assistant-ui P#5336'],
  change: (parts) => byArrival({ ...parts, cache: intoWhatIsShown(parts.cache), streams: () => true }),
};

function intoWhatIsShown(cache: Cache): Cache {
  const update: Cache['update'] = (session, key, { text, ...change }) => {
    const held = cache.message(session, key)?.text ?? '';
    const open = cache.get(cache.shown ?? session)?.messages.findLast(({ role }) => role === 'assistant');
    const isElsewhere = cache.shown !== session && open !== undefined;
    cache.update(session, key, text === undefined || isElsewhere ? change : { ...change, text });
    if (isElsewhere && text !== undefined && text.length > held.length) {
      cache.update(cache.shown!, open.key, { text: open.text + text.slice(held.length) });
    }
  };
  return Object.assign(Object.create(cache), { update });
}
