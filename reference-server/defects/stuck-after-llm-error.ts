// nanochat#49: an error of the LLM leaves the flag set that says that it is at work.
import { once } from 'node:events';
import type { ServerDefect } from './defect.ts';

export const stuckAfterLlmError: ServerDefect = {
  name: 'stuck-after-llm-error',
  about: 'An error of the LLM is swallowed: the answer stays in `generating`, and its heartbeat goes on.',
  seenIn: ['nanochat#49'],
  plant: (parts) => ({
    ...parts,
    async *chat(config, turns, signal, ...rest) {
      try {
        yield* parts.chat(config, turns, signal, ...rest);
      } catch (error) {
        if (!signal.aborted) await once(signal, 'abort');
        throw error;
      }
    },
  }),
};
