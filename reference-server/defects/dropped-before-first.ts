// danny-avila/LibreChat#13335: leaving before the first token loses the answer; here, because the server gives it up.
import { failure } from '../errors.ts';
import { whenAskerLeaves } from './coming-back.ts';
import type { ServerDefect } from './defect.ts';

export const droppedBeforeFirst: ServerDefect = {
  name: 'dropped-before-first',
  about: 'When whoever asked leaves before the first chunk, the answer is given up.',
  seenIn: ['LibreChat#13335'],
  like: 'switch-before-first',
  plant: (parts) =>
    whenAskerLeaves(parts, (generation) => {
      if (generation.length === 0) generation.end('error', failure('INTERNAL')).catch(() => {});
    }),
};
