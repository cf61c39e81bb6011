// vercel/ai#18457, vercel/ai#14688, langchain-ai/langgraphjs P#2327: a resumed stream begins anew, and what it
// replays is put behind what is already there.
import { byArrival, type PageDefect } from './page-defect.ts';

export const replayAppended: PageDefect = {
  name: 'replay-appended',
  about: 'A resumed stream is asked for from its start, and its replay is appended to what is held.',
  seenIn: ['vercel/ai#18457', 'vercel/ai#14688', 'langchain-ai/langgraphjs P#2327'],
  change(parts) {
    const { api } = parts;
    return byArrival({
      ...parts,
      api: { ...api, stream: (id, _cursor, signal) => api.stream(id, null, signal) },
    });
  },
};
