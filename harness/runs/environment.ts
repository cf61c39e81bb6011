/** Where a run was made: what whoever reads its figures must know. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './results.ts';

export function describeEnvironment(
  postgres: string | null,
  target: string,
  browser: string | null = null,
): Environment {
  return {
    holdfast: version(),
    commit: commit(),
    node: process.version,
    os: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    postgres,
    browser,
    target,
  };
}

/** Version of this package: the nearest package.json upwards is its own, in the sources and as published. */
export function version(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
    } catch {
      if (folder === dirname(folder)) return 'unknown';
    }
  }
}

/** Commit of the project under test: the folder that the command runs in. */
function commit(): string | null {
  try {
    const hash = git('rev-parse', '--short=12', 'HEAD');
    const dirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return dirty ? `${hash} with changes` : hash;
  } catch {
    return null;
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
