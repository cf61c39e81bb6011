/** The reference server with its PostgreSQL and mock LLM, reached without a detour, for as long as it is measured. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSource } from '../../harness/history/index.ts';
import { thenTidy, withGround, withStack } from '../../harness/runs/standing.ts';
import type { Stack } from '../../harness/stack/stack.ts';
import { measured } from '../../harness/targets/reference.ts';

export interface OnGround {
  stack: Stack;
  postgres: string;
}

/** @param persistence as the reference server calls it */
export async function onGround<T>(persistence: string, use: (ground: OnGround) => Promise<T>): Promise<T> {
  const runDir = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const recorder = createSource('bench', () => {});
  const died = Promise.withResolvers<never>();
  died.promise.catch(() => {});
  const logFile = join(runDir, 'postgres.log');
  return thenTidy(
    () =>
      withGround({ postgres: 'auto', recorder, logFile }, ({ guardian, postgres, death }) => {
        const plan = {
          target: measured,
          persistence,
          defects: [],
          postgres,
          runDir,
          recorder,
          recorderFor: () => recorder,
          guardian,
          ledger: 'calls' as const,
          linked: [],
          onDeath: died.reject,
        };
        return withStack(plan, (stack) =>
          Promise.race([use({ stack, postgres: postgres.version }), died.promise, death]),
        );
      }),
    () => rm(runDir, { recursive: true, force: true }),
  );
}
