/** What a machine must have, and what would help: the data of `holdfast doctor`. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BROWSERS, type Trial, tryBrowser } from './browser/find.ts';
import { findGo, findK6 } from './k6/find.ts';
import { choosePostgres, PROVIDERS } from './postgres/choose.ts';
import { dockerEngine } from './postgres/docker.ts';

export interface Finding {
  what: string;
  ok: boolean;
  /** Without it no run is possible here. */
  needed: boolean;
  detail: string;
  /** What to do about it, where it is not ok. */
  advice?: string;
}

/** From here on Node strips types without being told to. */
const NODE = [22, 18] as const;
const SPACE_MIB = 512;
const DESCRIPTORS = 4096;
const CORES = 2;

/** Looks at everything side by side, and never rejects: what cannot be found out is not ok. */
export async function examine(): Promise<Finding[]> {
  // One start after the other: a machine that is slow to start one browser does not start three at once.
  const trials = inTurn(BROWSERS, tryBrowser);
  const findings = [
    node(),
    ...PROVIDERS.map(postgres),
    ...BROWSERS.map(async (provider, n) => browser(provider, (await trials)[n]!, await trials)),
    docker(),
    k6(),
    loopback(),
    temporary(),
    descriptors(),
    cores(),
  ];
  return Promise.all(findings);
}

async function node(): Promise<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return finding({
    what: 'Node',
    ok: major > NODE[0] || (major === NODE[0] && minor >= NODE[1]),
    needed: true,
    detail: process.versions.node,
    advice: `Install Node ${NODE.join('.')} or newer; 24 is what holdfast is tested with.`,
  });
}

async function postgres(provider: (typeof PROVIDERS)[number]): Promise<Finding> {
  const { ok, why } = await provider.available();
  const chosen = choosePostgres('auto').name === provider.name;
  return finding({
    what: `PostgreSQL, ${provider.name}`,
    ok,
    needed: chosen,
    detail: chosen ? `${why}; this one is used` : why,
    advice: {
      external: 'Set DATABASE_URL to a server on which a database can be created.',
      embedded: 'Install with optional dependencies, as a user other than root, or set DATABASE_URL.',
      testcontainers:
        'Start Docker and install @testcontainers/postgresql, if you want PostgreSQL in a container.',
    }[provider.name],
  });
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Any one will do: the first that starts is used, and where none does nothing can be played in a browser. */
function browser({ name, advice }: (typeof BROWSERS)[number], { ok, why }: Trial, all: Trial[]): Finding {
  const used = all.find((trial) => trial.ok)?.provider;
  return finding({
    what: `Browser, ${name}`,
    ok,
    needed: used === name,
    detail: used === name ? `${why}; this one is used` : why,
    advice,
  });
}

async function docker(): Promise<Finding> {
  const { ok, why } = await dockerEngine();
  return finding({
    what: 'Docker engine',
    ok,
    needed: false,
    detail: why,
    advice: 'Only PostgreSQL in a container needs one.',
  });
}

/** One that is not there yet can be built. */
async function k6(): Promise<Finding> {
  const [found, go] = await Promise.all([findK6(), findGo()]);
  return finding({
    what: 'k6',
    ok: found.ok,
    needed: false,
    detail: found.ok ? found.why : `${found.why}; ${go.ok ? `it can be built by ${go.why}` : go.why}`,
    advice: go.ok
      ? 'Only `load --engine k6` (or k6-sse) needs one, and builds it when it is asked for.'
      : 'Only `load --engine k6` (or k6-sse) needs one: install k6 or Go, or name one by K6_BIN.',
  });
}

async function loopback(): Promise<Finding> {
  const about = { what: 'Loopback', needed: true, advice: 'Allow programs to listen on 127.0.0.1.' };
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(finding({ ...about, ok: false, detail: error.message })));
    server.listen(0, '127.0.0.1', () =>
      server.close(() =>
        resolve(finding({ ...about, ok: true, detail: 'a port of 127.0.0.1 can be listened on' })),
      ),
    );
  });
}

async function temporary(): Promise<Finding> {
  const about = {
    what: 'Temporary files',
    needed: true,
    advice: `Set TMPDIR to a folder that can be written to, with ${SPACE_MIB} MiB free.`,
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-doctor-'));
    try {
      await writeFile(join(folder, 'file'), 'content');
    } finally {
      await rm(folder, { recursive: true });
    }
    const { bavail, bsize } = await statfs(tmpdir());
    const free = Math.floor((bavail * bsize) / 2 ** 20);
    return finding({ ...about, ok: free >= SPACE_MIB, detail: `${tmpdir()}, ${free} MiB free` });
  } catch (error) {
    return finding({ ...about, ok: false, detail: (error as Error).message });
  }
}

/** Node raises the soft limit to the hard one when it starts, and so do its children. */
async function descriptors(): Promise<Finding> {
  const about = {
    what: 'File descriptors',
    needed: false,
    advice: `Each stream takes several; raise the hard limit (ulimit -Hn) to ${DESCRIPTORS} or more for many at once.`,
  };
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n']);
    const limit = stdout.trim();
    return finding({ ...about, ok: limit === 'unlimited' || Number(limit) >= DESCRIPTORS, detail: limit });
  } catch (error) {
    return finding({ ...about, ok: false, detail: (error as Error).message });
  }
}

async function cores(): Promise<Finding> {
  const count = availableParallelism();
  return finding({
    what: 'Cores',
    ok: count >= CORES,
    needed: false,
    detail: String(count),
    advice: `With fewer than ${CORES}, times say more about the machine than about the target.`,
  });
}

function finding({ advice, ...rest }: Finding): Finding {
  return rest.ok || advice === undefined ? rest : { ...rest, advice };
}
