// vercel/chatbot#1060, mastra#6715: the client's going away aborts the LLM call.
import { failure } from '../errors.ts';
import { whenAskerLeaves } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const abortOnDisconnect: ServerDefect = {
  name: 'abort-on-disconnect',
  about: 'When the connection that asked is gone, the LLM call is aborted and the answer stays as it is.',
  seenIn: ['vercel/chatbot#1060', 'mastra#6715'],
  plant: (parts) =>
    whenAskerLeaves(parts, (generation) => {
      generation.end('error', failure('INTERNAL')).catch(() => {});
    }),
};
