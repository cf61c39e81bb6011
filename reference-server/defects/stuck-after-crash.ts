// OpenFn/lightning#4260: messages stay in "processing" for ever when the worker that answers them is killed.
import type { ServerDefect } from './defect.ts';

export const stuckAfterCrash: ServerDefect = {
  name: 'stuck-after-crash',
  about: 'Nobody looks for answers whose server died: they stay in `generating` for ever.',
  seenIn: ['OpenFn/lightning#4260'],
  plant: (parts) => ({
    ...parts,
    store: { ...parts.store, sweepOrphans: async () => [], takeOrphans: async () => [] },
  }),
};
