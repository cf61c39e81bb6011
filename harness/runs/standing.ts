/** What stands only as long as it is used, and is taken down in order whatever happens. */
import type { Recorder } from '../history/index.ts';
import { type Guardian, startGuardian } from '../stack/guardian.ts';
import { choosePostgres } from '../stack/postgres/choose.ts';
import type { PostgresServer, ProviderName } from '../stack/postgres/provider.ts';
import { type Stack, type StackPlan, startStack } from '../stack/stack.ts';

/** Does `tidy` after `work`. What made the work fail is worth more than what went wrong while tidying up after it. */
export async function thenTidy<T>(work: () => Promise<T>, tidy: () => Promise<unknown>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await tidy().catch(() => {});
    throw error;
  }
  await tidy();
  return result;
}

/** What several runs, one after the other or side by side, can stand on. */
export interface Ground {
  guardian: Guardian;
  postgres: PostgresServer;
  /** Rejects when a part of it ends although nobody asked it to; never resolves. */
  death: Promise<never>;
}

export interface GroundPlan {
  postgres: ProviderName | 'auto';
  recorder: Recorder;
  /** Log of a PostgreSQL of our own. */
  logFile: string;
}

/** Uses a PostgreSQL under a guardian. */
export async function withGround<T>(plan: GroundPlan, use: (ground: Ground) => Promise<T>): Promise<T> {
  const { recorder, logFile } = plan;
  const { promise: death, reject: onDeath } = Promise.withResolvers<never>();
  // Who stands on it hears of it; that nobody may be listening at that moment is no error.
  death.catch(() => {});
  const guardian = await startGuardian(onDeath);
  const start = () => choosePostgres(plan.postgres).start({ guardian, recorder, logFile, onDeath });
  return thenTidy(
    async () => {
      const postgres = await start();
      return thenTidy(
        () => use({ guardian, postgres, death }),
        () => postgres.stop(),
      );
    },
    () => guardian.close(),
  );
}

/** Uses a stack. */
export async function withStack<T>(plan: StackPlan, use: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await startStack(plan);
  return thenTidy(
    () => use(stack),
    () => stack.stop(),
  );
}
