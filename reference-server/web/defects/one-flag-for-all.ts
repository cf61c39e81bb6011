// openaidy P#383: one flag for the whole app says that something is streaming, and blocks every other session.
import type { PageDefect } from './page-defect.ts';

export const oneFlagForAll: PageDefect = {
  name: 'one-flag-for-all',
  about: 'While one session streams, the answers of all others are not followed.',
  seenIn: ['openaidy P#383'],
  change(parts) {
    const { api } = parts;
    /** The session whose answer is streaming. Raised when it is asked for: whoever looks at it later may come too late. */
    let streaming: string | null = null;
    return {
      ...parts,
      api: {
        ...api,
        send(question, signal) {
          streaming ??= question.session;
          return api.send(question, signal);
        },
      },
      unfinished(message, session) {
        const goesOn = parts.unfinished(message, session);
        if (!goesOn && streaming === session) streaming = null;
        if (!goesOn || message.phase === 'sending') return goesOn;
        streaming ??= session;
        return streaming === session;
      },
    };
  },
};
