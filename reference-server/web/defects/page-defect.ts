/**
 * A defect that a real page has had. It replaces parts of the client by others of the same shape; the clean code
 * knows nothing of it, and a page without one does not even load these files.
 */
import { adopt } from '../client/message.ts';
import type { Parts } from '../client/parts.ts';

export interface PageDefect {
  name: string;
  /** What goes wrong, in a sentence. */
  about: string;
  /** Public reports of it: `owner/repository#issue`, `P#` for a pull request. */
  seenIn: readonly string[];
  change(parts: Parts): Parts;
}

/**
 * What most of these clients have in common: text is put behind what there is, in the order in which it comes, and
 * nothing is ever compared with what the server has.
 */
export function byArrival(parts: Parts): Parts {
  return {
    ...parts,
    place: (held, { text }) => held + text,
    isWhole: () => true,
    adopt: (held, row, isTruth) => {
      const next = adopt(held, row, isTruth);
      return held.text === '' ? next : { ...next, text: held.text, shortened: null };
    },
  };
}
