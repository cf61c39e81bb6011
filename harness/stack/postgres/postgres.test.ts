import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { isAlive } from '../../../tests/support/alive.ts';
import type { HoldfastError } from '../../errors.ts';
import { createSource } from '../../history/recorder.ts';
import { type Guardian, startGuardian } from '../guardian.ts';
import { nativeFolder, usableBinaries } from './binaries.ts';
import { choosePostgres } from './choose.ts';
import { embedded } from './embedded.ts';
import { external } from './external.ts';
import type { PostgresContext, PostgresServer } from './provider.ts';
import { testcontainers } from './testcontainers.ts';

let guardian: Guardian;
let folder: string;

beforeAll(async () => {
  guardian = await startGuardian();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-postgres-test-'));
  chmodSync(folder, 0o755);
  guardian.directory(folder);
});

afterAll(async () => {
  await guardian.close();
});

afterEach(() => void vi.unstubAllEnvs());

function context(more: Partial<PostgresContext> = {}): PostgresContext {
  return {
    guardian,
    recorder: createSource('test', () => {}),
    logFile: join(folder, 'postgres.log'),
    ...more,
  };
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const databases = async (adminUrl: string) =>
  (await ask(adminUrl, 'SELECT datname FROM pg_database')).map(({ datname }) => datname);

describe('choice', () => {
  test.for([
    ['auto', '', 'embedded'],
    ['auto', 'postgres://localhost/x', 'external'],
    ['embedded', 'postgres://localhost/x', 'embedded'],
    ['testcontainers', 'postgres://localhost/x', 'testcontainers'],
    ['external', '', 'external'],
  ] as const)('%s with DATABASE_URL "%s" is %s', ([asked, url, chosen]) => {
    vi.stubEnv('DATABASE_URL', url);
    expect(choosePostgres(asked).name).toBe(chosen);
  });
});

describe('embedded', () => {
  test('serves databases of their own; after stop nothing of it is left', async () => {
    vi.stubEnv('TMPDIR', emptyFolder('temporary'));
    const server = await embedded.start(context());
    expect(server).toMatchObject({ provider: 'embedded', version: expect.stringMatching(/^18\./) });
    const [one, other] = await Promise.all([server.createDatabase(), server.createDatabase()]);
    await ask(one.url, 'CREATE TABLE only_here (id int)');
    expect(await ask(other.url, `SELECT to_regclass('only_here') AS found`)).toEqual([{ found: null }]);
    await one.drop();
    await one.drop();
    expect(await databases(server.adminUrl)).not.toContain(one.name);
    expect(await databases(server.adminUrl)).toContain(other.name);

    const pid = postmasterIn(process.env.TMPDIR!);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
  });

  test('is honest: what is durable elsewhere is durable here, and nobody gets in without the password', async () => {
    const server = await started();
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect(await ask(server.adminUrl, `SHOW ${setting}`)).toEqual([{ [setting]: 'on' }]);
    }
    const stranger = new URL(server.adminUrl);
    stranger.password = 'guessed';
    await expect(ask(stranger.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(await ask(server.adminUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  test('killed on purpose it is no accident; its files and its shared memory are gone after stop', async () => {
    vi.stubEnv('TMPDIR', emptyFolder('killed'));
    const server = await embedded.start(context({ onDeath: (error) => expect.unreachable(error.message) }));
    const segment = segmentIn(process.env.TMPDIR!);
    await server.kill!();
    await expect(ask(server.adminUrl, 'SELECT 1')).rejects.toThrow();
    await server.stop();
    expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
    expect(sharedMemory()).not.toContain(segment);
  });

  test('killed and started again it holds what it had acknowledged, on the same port', async () => {
    vi.stubEnv('TMPDIR', emptyFolder('restarted'));
    const server = await embedded.start(context({ onDeath: (error) => expect.unreachable(error.message) }));
    await ask(server.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS n');
    for (let time = 1; time <= 2; time++) {
      await server.kill!();
      await server.restart!();
      expect(await ask(server.adminUrl, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    }
    await server.stop();
    expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
  });

  test('dying by accident is reported', async () => {
    vi.stubEnv('TMPDIR', emptyFolder('accident'));
    const { promise: death, resolve } = Promise.withResolvers<HoldfastError>();
    const server = await embedded.start(context({ onDeath: resolve }));
    process.kill(postmasterIn(process.env.TMPDIR!), 'SIGKILL');
    expect(await death).toMatchObject({
      code: 'HF_PROCESS_DIED',
      message: expect.stringContaining('postgres'),
    });
    await server.stop();
    expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
  });

  test('several start at once, each on a port of its own', async () => {
    const servers = await Promise.all([started(), started(), started()]);
    expect(new Set(servers.map(({ adminUrl }) => new URL(adminUrl).port)).size).toBe(3);
  });

  test('a folder in which it cannot be made is an error that says so, and nothing is left', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'not-there'));
    await expect(embedded.start(context())).rejects.toMatchObject({
      code: 'HF_POSTGRES_UNAVAILABLE',
      message: expect.stringContaining('not-there'),
    });
  });
});

describe('binaries', () => {
  const owner = undefined;

  test('whose install script did not run get their links', async () => {
    const native = copyWithoutLinks('unlinked');
    const { postgres, version } = await usableBinaries(owner, join(folder, 'unused'), native);
    expect(postgres).toBe(join(native, 'bin', 'postgres'));
    expect(version).toMatch(/^18\./);
    expect(existsSync(join(folder, 'unused'))).toBe(false);
  });

  test.runIf(process.getuid?.() === 0)('that the owner cannot reach are copied', async () => {
    const native = copyWithoutLinks('closed');
    chmodSync(join(folder, 'closed'), 0o700);
    const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
    const copyTo = join(folder, 'copied');
    const { postgres } = await usableBinaries({ uid: nobody, gid: nobody }, copyTo, native);
    expect(postgres).toBe(join(copyTo, 'bin', 'postgres'));
  });

  function copyWithoutLinks(name: string): string {
    const native = join(emptyFolder(name), 'native');
    cpSync(nativeFolder(), native, {
      recursive: true,
      filter: (path) => !/\.so(\.\d+)?$/.test(path) || isNoLink(path),
    });
    return native;
  }

  function isNoLink(path: string): boolean {
    const links: { target: string }[] = JSON.parse(
      readFileSync(join(nativeFolder(), 'pg-symlinks.json'), 'utf8'),
    );
    return !links.some(({ target }) => path.endsWith(target));
  }
});

describe('external', () => {
  test('creates databases of its own and drops them at the end, whoever forgot to', async () => {
    const adminUrl = inject('postgresAdminUrl');
    vi.stubEnv('DATABASE_URL', adminUrl);
    const server = await external.start(context());
    const { name, url } = await server.createDatabase();
    await ask(url, 'SELECT 1');
    await server.stop();
    expect(await databases(adminUrl)).not.toContain(name);
    expect(await ask(adminUrl, 'SELECT 1 AS still_there')).toEqual([{ still_there: 1 }]);
  });

  test.for([
    ['', 'HF_PROVIDER_MISSING'],
    ['not a url', 'HF_POSTGRES_CONNECT'],
    ['postgres://nobody@127.0.0.1:1/x', 'HF_POSTGRES_CONNECT'],
    ['postgres://nobody@/x?host=/var/run/postgresql', 'HF_POSTGRES_CONNECT'],
  ] as const)('DATABASE_URL "%s" is %s', async ([url, code]) => {
    vi.stubEnv('DATABASE_URL', url);
    expect(await external.available()).toMatchObject({ ok: false });
    await expect(external.start(context())).rejects.toMatchObject({ code, exit: 64 });
  });

  test('a user who may not create databases is told so', async () => {
    const adminUrl = inject('postgresAdminUrl');
    const role = `may_not_create_${guardian.mark}`;
    await ask(adminUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    onTestFinished(async () => void (await ask(adminUrl, `DROP ROLE ${role}`)));
    const url = new URL(adminUrl);
    url.username = role;
    url.password = 'x';
    vi.stubEnv('DATABASE_URL', url.href);
    const server = await external.start(context());
    await expect(server.createDatabase()).rejects.toMatchObject({
      code: 'HF_POSTGRES_CONNECT',
      message: expect.stringContaining('permission denied to create database'),
    });
    await server.stop();
  });
});

describe('testcontainers', async () => {
  const { ok, why } = await testcontainers.available();
  if (!ok) console.warn(`SKIPPED: PostgreSQL in a container is not tested, because ${why}.`);

  test.runIf(ok)('serves databases from a container, which is gone after stop', async () => {
    const server = await testcontainers.start(context());
    onTestFinished(() => server.stop());
    expect(containers()).toHaveLength(1);
    const { url } = await server.createDatabase();
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(containers()).toEqual([]);
  });

  test.runIf(ok)('its container is removed by the guardian where the harness cannot', async () => {
    const its = await startGuardian();
    await testcontainers.start(context({ guardian: its }));
    expect(containers()).toHaveLength(1);
    await its.close();
    expect(containers()).toEqual([]);
  });

  test('an engine that does not answer is an error that says so', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    await expect(testcontainers.start(context())).rejects.toMatchObject({
      code: 'HF_PROVIDER_MISSING',
      exit: 64,
    });
  });

  function containers(): string[] {
    const names = execFileSync('docker', ['ps', '--all', '--quiet', '--filter', 'name=holdfast-postgres-']);
    return names.toString().split('\n').filter(Boolean);
  }
});

async function started(): Promise<PostgresServer> {
  const server = await embedded.start(context());
  onTestFinished(() => server.stop());
  return server;
}

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** Lines of the lock file of the only cluster in a folder: the pid first, the shared memory seventh. */
function lockIn(temporary: string): string[] {
  const [home] = readdirSync(temporary);
  return readFileSync(join(temporary, home!, 'data', 'postmaster.pid'), 'utf8').split('\n');
}

function postmasterIn(temporary: string): number {
  return Number(lockIn(temporary)[0]);
}

function segmentIn(temporary: string): string {
  return lockIn(temporary)[6]!.trim().split(/\s+/)[1]!;
}

/** Ids of System V segments. */
function sharedMemory(): string[] {
  const table = execFileSync('ipcs', ['-m'], { encoding: 'utf8' });
  return table.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? '');
}
