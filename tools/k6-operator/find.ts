/**
 * The code of the k6 operator as a program: built once by Go from the sources beside this file, into the cache where a
 * built k6 is kept. It is linked with what the operator is linked with, parts of k6 (AGPL-3.0) among it, and is
 * therefore built where it is used and never handed on.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheRoot, findGo } from '../../harness/stack/k6/find.ts';

const run = promisify(execFile);

/** `crd`: the definition of TestRun that comes with the operator. */
export type OperatorCode =
  | { ok: true; path: string; crd: string; version: string; why: string }
  | { ok: false; why: string };

const HERE = fileURLToPath(new URL('./', import.meta.url));
const SOURCES = ['go.mod', 'go.sum', 'main.go', 'manifests.go'];
const MODULE = 'github.com/grafana/k6-operator';
const CRD = 'config/crd/bases/k6.io_testruns.yaml';
const EXE = process.platform === 'win32' ? '.exe' : '';
const BUILT_WITHIN = 60 * 60_000;

/** Of the operator; go.mod has the word on it. */
export const OPERATOR_VERSION = versionIn(readFileSync(join(HERE, 'go.mod'), 'utf8'));

function versionIn(text: string): string {
  const version = new RegExp(`${MODULE} (v\\S+)`).exec(text)?.[1];
  if (version === undefined) throw new Error(`tools/k6-operator/go.mod does not require ${MODULE}`);
  return version;
}

/** Looks, and builds nothing. Other sources are another program. */
export function findOperatorCode(env: NodeJS.ProcessEnv = process.env): OperatorCode {
  const folder = folderIn(env);
  const path = join(folder, `k6-operator${EXE}`);
  if (existsSync(path)) return found(folder);
  return { ok: false, why: `the code of k6-operator ${OPERATOR_VERSION} is not built: ${path} is not there` };
}

/**
 * Finds it, or builds it: that takes some minutes of processor time, once.
 *
 * @param tell told in words before a build begins
 */
export async function haveOperatorCode(
  tell: (line: string) => void = () => {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<OperatorCode> {
  const there = findOperatorCode(env);
  if (there.ok) return there;
  const go = await findGo(env);
  if (!go.ok) return { ok: false, why: `${there.why}; ${go.why}` };
  const folder = folderIn(env);
  tell(
    `the code of k6-operator ${OPERATOR_VERSION} is built by ${go.path} into ${folder}; once, some minutes`,
  );
  let workshop: string | undefined;
  try {
    mkdirSync(join(folder, '..'), { recursive: true });
    workshop = mkdtempSync(`${folder}.`);
    const options = { cwd: HERE, timeout: BUILT_WITHIN, env: { ...env, CGO_ENABLED: '0', GOFLAGS: '' } };
    await run(go.path, ['build', '-trimpath', '-o', join(workshop, `k6-operator${EXE}`), '.'], options);
    const { stdout } = await run(go.path, ['list', '-m', '-f', '{{.Dir}}', MODULE], options);
    copyFileSync(join(stdout.trim(), CRD), join(workshop, 'crd.yaml'));
    // Whole or not at all, also where two build it at once.
    renameSync(workshop, folder);
    workshop = undefined;
  } catch (error) {
    if (findOperatorCode(env).ok) return found(folder);
    const said = String((error as { stderr?: string }).stderr || (error as Error).message).trim();
    return { ok: false, why: `${there.why}; go build failed: ${said.split('\n').at(-1)}` };
  } finally {
    if (workshop !== undefined) rmSync(workshop, { recursive: true, force: true });
  }
  return found(folder);
}

function folderIn(env: NodeJS.ProcessEnv): string {
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(readFileSync(join(HERE, name)));
  return join(cacheRoot(env), `k6-operator-${OPERATOR_VERSION}-${hash.digest('hex').slice(0, 12)}`);
}

function found(folder: string): OperatorCode {
  const path = join(folder, `k6-operator${EXE}`);
  const why = `the code of k6-operator ${OPERATOR_VERSION} at ${path}`;
  return { ok: true, path, crd: join(folder, 'crd.yaml'), version: OPERATOR_VERSION, why };
}
