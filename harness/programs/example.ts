/** The program that docs/explore.md shows. */
import type { Program } from './program.ts';

export const EXAMPLE: Program = {
  program: 1,
  resume: 'auto',
  steps: [
    {
      do: 'ask',
      tab: 'laptop/1',
      session: 'kelp',
      question: 'a',
      chunks: 24,
      gap: 0,
      says: 9,
      fails: 'never',
      failsAt: 1,
    },
    { do: 'see', tab: 'laptop/1', question: 'a' },
    { do: 'cut', device: 'laptop', style: 'clean-end' },
    { do: 'speak', question: 'a', upTo: 15 },
    { do: 'heal', device: 'laptop' },
    { do: 'refresh', tab: 'laptop/1' },
    { do: 'speak', question: 'a', upTo: 'all' },
    { do: 'see', tab: 'laptop/1', question: 'a' },
  ],
};
