// Librechat-Mobile P#272: the end is announced before the content is saved.
import type { ServerDefect } from './defect.ts';
import { withWriter } from './writing.ts';

/** ms */
const SAVED_AFTER = 2_000;

export const doneBeforeSaved: ServerDefect = {
  name: 'done-before-saved',
  about: `The end is announced at once and saved ${SAVED_AFTER / 1_000} s later.`,
  seenIn: ['Librechat-Mobile P#272'],
  plant: (parts) =>
    withWriter(parts, (clean) => ({
      async end(whole) {
        setTimeout(() => clean.end(whole).catch(() => {}), SAVED_AFTER);
        return true;
      },
    })),
};
