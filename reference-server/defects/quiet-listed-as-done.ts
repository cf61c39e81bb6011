// Open-Relay P#162: content that has stopped changing is taken for finished while the LLM stalls.

import type { ServerDefect } from './defect.ts';
import { listedAs } from './listed.ts';

/** ms */
const QUIET = 1_000;

export const quietListedAsDone: ServerDefect = {
  name: 'quiet-listed-as-done',
  about: `An answer that has not grown for ${QUIET / 1_000} s is listed as completed.`,
  seenIn: ['Open-Relay P#162'],
  like: 'quiet-is-done',
  plant: (parts) =>
    listedAs(parts, 'completed', ({ content, last_updated }) => {
      return content !== '' && last_updated.getTime() < Date.now() - QUIET;
    }),
};
