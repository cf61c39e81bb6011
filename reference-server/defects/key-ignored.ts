// soliplex#685: a repeated POST starts a second generation; here, because its key is not looked at.
import type { ServerDefect } from './defect.ts';

export const keyIgnored: ServerDefect = {
  name: 'key-ignored',
  about: 'Idempotency keys are ignored: a repeated question is a second one.',
  seenIn: ['soliplex#685'],
  like: 'double-submit',
  plant: (parts) => ({
    ...parts,
    store: {
      ...parts.store,
      begin: (db, all) =>
        parts.store.begin(
          db,
          all.map((generation) => ({ ...generation, key: undefined })),
        ),
    },
  }),
};
