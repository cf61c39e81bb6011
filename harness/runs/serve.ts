/** `holdfast serve`: the whole stack, left running to play with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../config.ts';
import { HoldfastError } from '../errors.ts';
import { createSource } from '../history/index.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { reference } from '../targets/reference.ts';
import type { User } from '../targets/target.ts';
import { withGround, withStack } from './standing.ts';

export interface ServeOptions {
  persistence?: string;
  postgres: ProviderName | 'auto';
  config?: string;
}

/** Where everything that was started can be reached. */
export interface Addresses {
  /** Through the fault proxy, and past it. */
  proxied: string;
  target: string;
  llm: string;
  databaseUrl: string;
  user: User;
  logs: string;
}

/**
 * @param ready told once all of it runs
 * @param until when this aborts, everything is stopped in order
 * @throws HoldfastError where something does not start, or ends although nobody asked it to
 */
export async function serve(
  options: ServeOptions,
  ready: (at: Addresses) => void,
  until: AbortSignal,
): Promise<void> {
  const { target = reference } = await loadConfig(options.config);
  const persistence = options.persistence ?? target.persistence[0]!;
  if (!target.persistence.includes(persistence)) {
    const known = target.persistence.join(', ');
    throw new HoldfastError('HF_UNKNOWN_NAME', { kind: 'way of persisting', name: persistence, known });
  }
  const logs = mkdtempSync(join(tmpdir(), 'holdfast-serve-'));
  const recorder = createSource('serve', () => {});
  const end = Promise.withResolvers<void>();
  end.promise.catch(() => {});
  until.addEventListener('abort', () => end.resolve());
  const onDeath = end.reject;
  const logFile = join(logs, 'postgres.log');
  await withGround({ postgres: options.postgres, recorder, logFile }, (ground) => {
    ground.death.catch(onDeath);
    const forgetLogs = ground.guardian.directory(logs);
    const plan = {
      ...ground,
      target,
      persistence,
      defects: [],
      runDir: logs,
      recorder,
      recorderFor: () => recorder,
      onDeath,
    };
    return withStack(plan, async (stack) => {
      const device = await stack.proxy.device('visitor');
      ready({
        proxied: device.url,
        target: stack.target.url,
        llm: stack.llmUrl,
        databaseUrl: stack.databaseUrl,
        user: target.users[0],
        logs,
      });
      await end.promise;
    }).finally(forgetLogs);
  });
  // After a failure they are kept: its message names them.
  rmSync(logs, { recursive: true, force: true });
}
