/** `holdfast serve`: the whole stack, left running to play with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exchange } from '../actors/api/http.ts';
import { loadConfig } from '../config.ts';
import { createSource } from '../history/index.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { modesOf } from '../targets/page.ts';
import { reference } from '../targets/reference.ts';
import type { HttpRequest, Target, User } from '../targets/target.ts';
import { unknownName } from '../unknown-name.ts';
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
  /** Its page as a visitor comes to it, rendered where it can be; absent: it has none. */
  page?: string;
  user: User;
  /** Asks `question` in a session made for that, under the key `KEY`; absent: the target made no session. */
  ask?: HttpRequest;
  logs: string;
}

/** What the mock LLM answers with 40 chunks, one every 200 ms. */
export const QUESTION = 'What holds kelp? [[holdfast seed=1 chunks=40 gap=200]]';
/** Stands for the key of a question, which is to be another whenever it is asked. */
export const KEY = 'holdfast-serve-key';

const SESSION_MS = 5_000;

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
    throw unknownName('way of persisting', persistence, target.persistence);
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
      const [user] = target.users;
      const ask = await question(target, stack.target.url, user);
      ready({
        proxied: device.url,
        target: stack.target.url,
        llm: stack.llmUrl,
        databaseUrl: stack.databaseUrl,
        ...pageOf(target, stack.target.url),
        user,
        ...(ask && { ask }),
        logs,
      });
      await end.promise;
    }).finally(forgetLogs);
  });
  // After a failure they are kept: its message names them.
  rmSync(logs, { recursive: true, force: true });
}

function pageOf({ page }: Target, origin: string): { page?: string } {
  if (!page) return {};
  const modes = modesOf(page);
  return { page: new URL(page.path(null, modes.includes('rendered') ? 'rendered' : modes[0]), origin).href };
}

async function question(target: Target, origin: string, user: User): Promise<HttpRequest | undefined> {
  const way = { origin, agent: new Agent(), headers: user.headers };
  try {
    const session = target.session(await exchange(way, target.createSession(), SESSION_MS));
    return target.send({ session, text: QUESTION, key: KEY });
  } catch {
    // To play with a target that makes no session is how one finds out why.
    return undefined;
  }
}
