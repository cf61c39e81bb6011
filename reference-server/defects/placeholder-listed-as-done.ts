// ai-dial-chat#8684, open-webui#23176: the empty placeholder is loaded as a finished answer.
import type { ServerDefect } from './defect.ts';
import { listedAs } from './listed.ts';

export const placeholderListedAsDone: ServerDefect = {
  name: 'placeholder-listed-as-done',
  about: 'An answer that is still empty is listed as completed.',
  seenIn: ['ai-dial-chat#8684', 'open-webui#23176'],
  like: 'placeholder-is-done',
  plant: (parts) => listedAs(parts, 'completed', ({ content }) => content === ''),
};
