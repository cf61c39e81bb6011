/** What stands only as long as it is used, and is taken down in order whatever happens. */
import type { HoldfastError } from '../errors.ts';
import type { Recorder } from '../history/index.ts';
import { type Browser, startBrowser } from '../stack/browser/launch.ts';
import type { Executable } from '../stack/browser/provider.ts';
import { type Guardian, startGuardian } from '../stack/guardian.ts';
import { choosePostgres } from '../stack/postgres/choose.ts';
import type { PostgresServer, ProviderName } from '../stack/postgres/provider.ts';
import { watchPulse } from '../stack/postgres/pulse.ts';
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
  /** For plays in a browser; without one each run that needs one starts it. */
  browser?: Browser;
  /** Rejects when a part of it ends although nobody asked it to; never resolves. */
  death: Promise<never>;
}

export interface GroundPlan {
  postgres: ProviderName | 'auto';
  recorder: Recorder;
  /** Log of a PostgreSQL of our own. */
  logFile: string;
  /** The browser to share. */
  browser?: { executable: Executable };
}

/** Uses a PostgreSQL, and a browser where one is to be shared, under a guardian. */
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
      const leave = watchPulse(postgres, onDeath);
      return thenTidy(
        () =>
          withBrowser(plan, guardian, onDeath, (browser) => use({ guardian, postgres, death, ...browser })),
        () => {
          leave();
          return postgres.stop();
        },
      );
    },
    () => guardian.close(),
  );
}

async function withBrowser<T>(
  { browser: plan, recorder }: GroundPlan,
  guardian: Guardian,
  onDeath: (error: HoldfastError) => void,
  use: (shared: Pick<Ground, 'browser'>) => Promise<T>,
): Promise<T> {
  if (!plan) return use({});
  const browser = await startBrowser(plan.executable, { guardian, recorder, onDeath });
  return thenTidy(
    () => use({ browser }),
    () => browser.close(),
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
