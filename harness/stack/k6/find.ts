/**
 * Finds a k6 that really runs: K6_BIN, else the one on the path, else one that was built here before. Where there is
 * none it can be built by Go, at a pinned version and with the extension of ./sse, into a cache of the user's. k6 is a
 * program of its own under the AGPL, and so is what is built: holdfast runs it, contains nothing of it, and hands it on
 * to nobody.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { K6_VERSION, OLDEST_MAJOR } from './version.ts';

const run = promisify(execFile);

/** `why`: what was found, or what is missing. `sse`: it has k6/x/sse, ours or another's. */
export type K6 =
  | { ok: true; path: string; version: string; sse: boolean; why: string }
  | { ok: false; why: string };

/** What is asked of a k6 beside that it runs. */
export interface K6Needs {
  /** It has the extension k6/x/sse. */
  sse?: boolean;
}

const ANSWERS_WITHIN = 30_000;
const BUILT_WITHIN = 30 * 60_000;
/** Where Go is where it was unpacked as its makers say. */
const USUAL_GO = '/usr/local/go/bin/go';
/** The program that is built: k6 with an extension of ours. */
const SOURCES = fileURLToPath(new URL('./sse/', import.meta.url));
const FILES = [
  'go.mod',
  'go.sum',
  'main.go',
  'eventstream/parser.go',
  'extension/module.go',
  'extension/params.go',
  'extension/stream.go',
];
const EXE = process.platform === 'win32' ? '.exe' : '';

/** Where is kept what was built here. HOLDFAST_CACHE chooses another place. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.HOLDFAST_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'holdfast');
}

/** Where a k6 is kept that was built here. Other sources are another program. */
export function cachedK6(env: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256');
  for (const name of FILES) hash.update(readFileSync(join(SOURCES, name)));
  return join(cacheRoot(env), `k6-${K6_VERSION}-sse-${hash.digest('hex').slice(0, 12)}`, `k6${EXE}`);
}

/** Looks, and builds nothing. */
export async function findK6(env: NodeJS.ProcessEnv = process.env, needs: K6Needs = {}): Promise<K6> {
  // What was asked for by name and does not do is a mistake to be told, not to be got around.
  if (env.K6_BIN) return tryK6(env.K6_BIN, 'K6_BIN', needs);
  const reasons: string[] = [];
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, `k6${EXE}`);
    if (folder === '' || !existsSync(path)) continue;
    const found = await tryK6(path, 'the path', needs);
    if (found.ok) return found;
    reasons.push(found.why);
  }
  const cached = cachedK6(env);
  if (existsSync(cached)) {
    const found = await tryK6(cached, 'built here before', needs);
    if (found.ok) return found;
    reasons.push(found.why);
  }
  const what = needs.sse ? 'k6 that has k6/x/sse' : 'k6';
  return {
    ok: false,
    why: [`there is no ${what}: neither K6_BIN nor one on the path`, ...reasons].join('; '),
  };
}

async function tryK6(path: string, from: string, needs: K6Needs): Promise<K6> {
  try {
    const { stdout } = await run(path, ['version'], { timeout: ANSWERS_WITHIN });
    const version = /\bv(\d+)\.\d+\.\d+\S*/.exec(stdout);
    if (!version)
      return { ok: false, why: `${path} (${from}) is no k6: it says "${stdout.slice(0, 80).trim()}"` };
    if (Number(version[1]) < OLDEST_MAJOR)
      return { ok: false, why: `${path} (${from}) is k6 ${version[0]}; v${OLDEST_MAJOR} or newer is needed` };
    const sse = /(?<!\S)k6\/x\/sse(?!\S)/.test(stdout);
    if (needs.sse && !sse)
      return { ok: false, why: `${path} (${from}) is k6 ${version[0]} without the extension k6/x/sse` };
    const extended = sse ? ' with k6/x/sse' : '';
    return {
      ok: true,
      path,
      version: version[0],
      sse,
      why: `k6 ${version[0]}${extended} at ${path} (${from})`,
    };
  } catch (error) {
    return {
      ok: false,
      why: `${path} (${from}) does not run: ${(error as Error).message.split('\n', 1)[0]}`,
    };
  }
}

/** The go command, or why there is none. */
export async function findGo(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ ok: true; path: string; why: string } | { ok: false; why: string }> {
  for (const path of ['go', USUAL_GO]) {
    try {
      const { stdout } = await run(path, ['version'], { timeout: ANSWERS_WITHIN, env });
      return { ok: true, path, why: stdout.trim() };
    } catch {
      // The next one may be there.
    }
  }
  return { ok: false, why: 'there is no go command to build it with' };
}

/**
 * Finds k6, or builds it, always with k6/x/sse: that takes a minute or several, and some 70 MB in the cache.
 *
 * @param tell told in words before a build begins
 */
export async function haveK6(
  tell: (line: string) => void = () => {},
  env: NodeJS.ProcessEnv = process.env,
  needs: K6Needs = {},
): Promise<K6> {
  const found = await findK6(env, needs);
  if (found.ok || env.K6_BIN) return found;
  const go = await findGo(env);
  if (!go.ok) return { ok: false, why: `${found.why}; ${go.why}` };
  const path = cachedK6(env);
  const folder = join(path, '..');
  tell(
    `k6 ${K6_VERSION} with k6/x/sse is built by ${go.path} into ${folder}; that takes a few minutes, once`,
  );
  let workshop: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    workshop = mkdtempSync(join(folder, 'build-'));
    const built = join(workshop, `k6${EXE}`);
    await run(go.path, ['build', '-buildvcs=false', '-o', built, '.'], {
      cwd: SOURCES,
      timeout: BUILT_WITHIN,
      env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
      maxBuffer: 64 * 2 ** 20,
    });
    // Whole or not at all, also where two build it at once.
    renameSync(built, path);
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr || (error as Error).message).trim();
    const last = said.split('\n').at(-1);
    return { ok: false, why: `${found.why}; go build failed: ${last}` };
  } finally {
    if (workshop !== undefined) rmSync(workshop, { recursive: true, force: true });
  }
  return tryK6(path, 'built here', needs);
}
