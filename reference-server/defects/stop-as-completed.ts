// osaurus P#2388: a stopped answer is recorded as a finished one.
import type { ServerDefect } from './defect.ts';

export const stopAsCompleted: ServerDefect = {
  name: 'stop-as-completed',
  about: 'A stopped answer is recorded, and told, as a finished one.',
  seenIn: ['osaurus P#2388'],
  plant: (parts) => ({
    ...parts,
    async stop(services, id) {
      const generation = services.running.get(id);
      if (!generation) return parts.stop(services, id);
      const { status, length } = await generation.end('completed');
      return { status, length };
    },
  }),
};
