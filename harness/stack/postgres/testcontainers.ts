/**
 * A server in a container, through the optional peer dependency `@testcontainers/postgresql`. Setting:
 * HOLDFAST_POSTGRES_IMAGE, an image that keeps the conventions of the official one (POSTGRES_USER, …).
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { StartedPostgreSqlContainer } from '@testcontainers/postgresql';
import { HoldfastError } from '../../errors.ts';
import { removeContainer } from '../charges.ts';
import { createDatabase, serverVersion } from './databases.ts';
import { dockerEngine } from './docker.ts';
import type { PostgresProvider } from './provider.ts';

const DEFAULT_IMAGE = 'postgres:18-alpine';
const START_MS = 120_000;
const READY = /database system is ready to accept connections/;

export const testcontainers: PostgresProvider = {
  name: 'testcontainers',
  async available() {
    const engine = await dockerEngine();
    if (!engine.ok) return engine;
    try {
      await import('@testcontainers/postgresql');
      return { ok: true, why: `${engine.why}, image ${image()}` };
    } catch {
      return { ok: false, why: 'the package @testcontainers/postgresql is not installed' };
    }
  },
  async start(context) {
    const { ok, why } = await testcontainers.available();
    if (!ok)
      throw new HoldfastError('HF_PROVIDER_MISSING', { provider: 'PostgreSQL (testcontainers)', what: why });
    const name = `holdfast-postgres-${randomBytes(6).toString('hex')}`;
    const release = context.guardian.container(name);
    try {
      const container = await startContainer(name);
      const adminUrl = container.getConnectionUri();
      return {
        provider: 'testcontainers',
        version: await versionOnceConnected(adminUrl),
        adminUrl,
        createDatabase: () => createDatabase(adminUrl, context.guardian),
        async stop() {
          await container.stop({ timeout: 0 });
          release();
        },
      };
    } catch (error) {
      await removeContainer(name).then(release, () => {});
      throw new HoldfastError(
        'HF_POSTGRES_UNAVAILABLE',
        { provider: 'testcontainers', what: `${image()}: ${(error as Error).message}` },
        { cause: error },
      );
    }
  },
};

function image(): string {
  return process.env.HOLDFAST_POSTGRES_IMAGE || DEFAULT_IMAGE;
}

async function startContainer(name: string): Promise<StartedPostgreSqlContainer> {
  // The guardian removes the container whatever happens; a second reaper would only need an image of its own.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  // A dependency of that package, which a package manager need not let us see from here.
  const require = createRequire(createRequire(import.meta.url).resolve('@testcontainers/postgresql'));
  const { Wait } = require('testcontainers') as typeof import('testcontainers');
  return new PostgreSqlContainer(image())
    .withName(name)
    .withPassword(randomBytes(16).toString('hex'))
    .withWaitStrategy(Wait.forLogMessage(READY))
    .withStartupTimeout(START_MS)
    .start();
}

/**
 * The official image says that it is ready before it is: its entry point first starts a server for itself alone,
 * behind which connections are refused or, by the engine's port forwarding, closed.
 */
async function versionOnceConnected(adminUrl: string): Promise<string> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      return await serverVersion(adminUrl);
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
