// hermes-webui#893: stop deletes what was shown.
import type { ServerDefect } from './defect.ts';
import { withWriter } from './writing.ts';

export const stopLosesPartial: ServerDefect = {
  name: 'stop-loses-partial',
  about: 'Stop deletes what there was of the answer.',
  seenIn: ['hermes-webui#893'],
  plant: (parts) =>
    withWriter(parts, (clean) => ({
      end: (whole) => clean.end(whole.status === 'cancelled' ? { ...whole, text: '', chunks: 0 } : whole),
    })),
};
