// recoupable/app#1923: a clean end of the connection is taken for the end of the answer; here, of the LLM's.
import { LlmError } from '../llm/error.ts';
import type { ServerDefect } from './defect.ts';

export const llmEofIsDone: ServerDefect = {
  name: 'llm-eof-is-done',
  about: "A clean end of the LLM's connection is taken for the end of its answer.",
  seenIn: ['recoupable/app#1923'],
  like: 'eof-is-done',
  plant: (parts) => ({
    ...parts,
    async *chat(config, turns, signal, ...rest) {
      try {
        yield* parts.chat(config, turns, signal, ...rest);
      } catch (error) {
        if (!(error instanceof LlmError && error.code === 'LLM_ENDED_EARLY')) throw error;
      }
    },
  }),
};
