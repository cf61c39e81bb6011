/**
 * Finds a k6 that really runs: K6_BIN, else the one on the path, else one that was built here before. Where there is
 * none it can be built by Go, at a pinned version, into a cache of the user's. k6 is a program of its own under the
 * AGPL: holdfast runs it and contains nothing of it.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { K6_MODULE, K6_VERSION, OLDEST_MAJOR } from './version.ts';

const run = promisify(execFile);

/** `why`: what was found, or what is missing. */
export type K6 = { ok: true; path: string; version: string; why: string } | { ok: false; why: string };

const ANSWERS_WITHIN = 30_000;
const BUILT_WITHIN = 30 * 60_000;
/** Where Go is where it was unpacked as its makers say. */
const USUAL_GO = '/usr/local/go/bin/go';
const EXE = process.platform === 'win32' ? '.exe' : '';

/** Where is kept what was built here. HOLDFAST_CACHE chooses another place. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.HOLDFAST_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'holdfast');
}

/** Where a k6 is kept that was built here. */
export function cachedK6(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheRoot(env), `k6-${K6_VERSION}`, `k6${EXE}`);
}

/** Looks, and builds nothing. */
export async function findK6(env: NodeJS.ProcessEnv = process.env): Promise<K6> {
  // What was asked for by name and does not run is a mistake to be told, not to be got around.
  if (env.K6_BIN) return tryK6(env.K6_BIN, 'K6_BIN');
  const reasons: string[] = [];
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, `k6${EXE}`);
    if (folder === '' || !existsSync(path)) continue;
    const found = await tryK6(path, 'the path');
    if (found.ok) return found;
    reasons.push(found.why);
  }
  const cached = cachedK6(env);
  if (existsSync(cached)) {
    const found = await tryK6(cached, 'built here before');
    if (found.ok) return found;
    reasons.push(found.why);
  }
  return { ok: false, why: ['there is no k6: neither K6_BIN nor one on the path', ...reasons].join('; ') };
}

async function tryK6(path: string, from: string): Promise<K6> {
  try {
    const { stdout } = await run(path, ['version'], { timeout: ANSWERS_WITHIN });
    const version = /\bv(\d+)\.\d+\.\d+\S*/.exec(stdout);
    if (!version)
      return { ok: false, why: `${path} (${from}) is no k6: it says "${stdout.slice(0, 80).trim()}"` };
    if (Number(version[1]) < OLDEST_MAJOR)
      return { ok: false, why: `${path} (${from}) is k6 ${version[0]}; v${OLDEST_MAJOR} or newer is needed` };
    return { ok: true, path, version: version[0], why: `k6 ${version[0]} at ${path} (${from})` };
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
 * Finds k6, or builds it: that takes a minute or several, and some 70 MB in the cache.
 *
 * @param tell told in words before a build begins
 */
export async function haveK6(
  tell: (line: string) => void = () => {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<K6> {
  const found = await findK6(env);
  if (found.ok || env.K6_BIN) return found;
  const go = await findGo(env);
  if (!go.ok) return { ok: false, why: `${found.why}; ${go.why}` };
  const path = cachedK6(env);
  const folder = join(path, '..');
  tell(`k6 ${K6_VERSION} is built by ${go.path} into ${folder}; that takes a few minutes, once`);
  let workshop: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    workshop = mkdtempSync(join(folder, 'build-'));
    await run(go.path, ['install', `${K6_MODULE}@${K6_VERSION}`], {
      timeout: BUILT_WITHIN,
      env: { ...env, GOBIN: workshop, CGO_ENABLED: '0' },
      maxBuffer: 64 * 2 ** 20,
    });
    // Whole or not at all, also where two build it at once.
    renameSync(join(workshop, `k6${EXE}`), path);
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr || (error as Error).message).trim();
    const last = said.split('\n').at(-1);
    return { ok: false, why: `${found.why}; go install ${K6_MODULE}@${K6_VERSION} failed: ${last}` };
  } finally {
    if (workshop !== undefined) rmSync(workshop, { recursive: true, force: true });
  }
  return tryK6(path, 'built here');
}
