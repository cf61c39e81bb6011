/** The reference server of ./server.ts as a target; what it loses stands in the environment. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from '../../harness/config.ts';
import { reference } from '../../harness/targets/reference.ts';

export default defineConfig({
  target: {
    ...reference,
    launch: (surroundings) => ({
      ...reference.launch(surroundings),
      args: [fileURLToPath(new URL('./server.ts', import.meta.url))],
    }),
  },
});
