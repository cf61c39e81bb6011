/** The folder of a run: made new, never overwritten, with a `latest` link beside it. */
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../errors.ts';

export interface RunFolder {
  name: string;
  path: string;
}

/** Makes `out/<time>-<seed>`; where that exists already, with a number behind it. */
export function createRunFolder(out: string, seed: number, at = new Date()): RunFolder {
  const root = resolve(out);
  const stem = `${at.toISOString().replace(/[:.]/g, '').slice(0, 15)}Z-${seed.toString(36)}`;
  try {
    makeFolder(root);
    for (let n = 1; ; n++) {
      const path = join(root, n === 1 ? stem : `${stem}-${n}`);
      if (existsSync(path)) continue;
      // Without `recursive`, mkdir fails where another process has just made the same folder.
      mkdirSync(path);
      link(root, path);
      return { name: basename(path), path };
    }
  } catch (error) {
    throw new HoldfastError(
      'HF_OUT_NOT_WRITABLE',
      { path: root, what: (error as Error).message },
      { cause: error },
    );
  }
}

/**
 * Makes a folder and those above it, one by one: `mkdir` with `recursive` never returns in Node 24 where an existing
 * folder says that there is nothing to make it in, as /proc does.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Points `latest` to the newest run, by a rename, so that it is never missing. */
function link(root: string, path: string): void {
  const temporary = join(root, `.latest-${process.pid}`);
  try {
    rmSync(temporary, { force: true });
    symlinkSync(basename(path), temporary, 'dir');
    renameSync(temporary, join(root, 'latest'));
  } catch {
    // A file system without links: the run is found by its name all the same.
    rmSync(temporary, { force: true });
  }
}
