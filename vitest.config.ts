import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'reports/runs/**'],
    // Tests start real servers and processes; none of them measures time, so the bound is only a last resort.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // They wait more than they work: on two cores one file at a time would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Of tests that say they may run side by side.
    maxConcurrency: 2,
    globalSetup: ['tests/support/postgres-setup.ts'],
  },
});
