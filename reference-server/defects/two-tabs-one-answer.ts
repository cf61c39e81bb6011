// ai-dial-chat#8688: while one tab is answered, the message of a second tab gets an empty answer.
import type { ServerDefect } from './defect.ts';

export const twoTabsOneAnswer: ServerDefect = {
  name: 'two-tabs-one-answer',
  about: 'While the LLM is at work on one answer, another question gets an empty one.',
  seenIn: ['ai-dial-chat#8688'],
  plant(parts) {
    let busy = false;
    return {
      ...parts,
      async *chat(...call) {
        if (busy) return;
        busy = true;
        try {
          yield* parts.chat(...call);
        } finally {
          busy = false;
        }
      },
    };
  },
};
