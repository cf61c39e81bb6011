/** The page as it is served: built from its sources where there are any, and then only when they have changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pageFolder } from '../page.ts';

const WEB = import.meta.dirname;
const BUILT = pageFolder;
const LOCK = join(WEB, 'dist.lock');
/** Which sources a build was made of. */
const STAMP = 'sources.sha256';
/** What the page is made of, from here. */
const SOURCES = ['build.ts', 'index.html', 'vite.config.ts', 'src', 'client', 'defects'];

/**
 * Builds the page unless that has been done, and returns its folder. Processes that want it at once build it once.
 *
 * @throws where Vite does
 */
export function builtPage(): Promise<string> {
  // The lock tells processes apart; within one, whoever comes meanwhile waits for the same build.
  building ??= buildOnce().finally(() => {
    building = undefined;
  });
  return building;
}

let building: Promise<string> | undefined;

async function buildOnce(): Promise<string> {
  // What is published holds the build, and nothing to build it of.
  if (!existsSync(join(WEB, 'src'))) return BUILT;
  const sources = digest();
  while (!(await isBuiltOf(sources))) {
    const unlock = await lock();
    if (!unlock) {
      await sleep(100);
      continue;
    }
    try {
      if (!(await isBuiltOf(sources))) await build(sources);
    } finally {
      await unlock();
    }
  }
  return BUILT;
}

async function build(sources: string): Promise<void> {
  const { build } = await import('vite');
  // Vite and React take a build of a test runner for one to develop with, which is many times as slow.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  const making = `${BUILT}.new-${process.pid}`;
  const old = `${BUILT}.old-${process.pid}`;
  await build({
    configFile: join(WEB, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: making, emptyOutDir: true },
  }).finally(() => {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  });
  await writeFile(join(making, STAMP), sources);
  // By renaming, so that whoever reads it meanwhile finds the one or the other.
  await rename(BUILT, old).catch(() => {});
  await rename(making, BUILT);
  await rm(old, { recursive: true, force: true });
}

async function isBuiltOf(sources: string): Promise<boolean> {
  return (await readFile(join(BUILT, STAMP), 'utf8').catch(() => '')) === sources;
}

function digest(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(WEB, source);
    const files = /\.\w+$/.test(source)
      ? [path]
      : readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
          .map((entry) => join(entry.parentPath, entry.name))
          .sort();
    for (const file of files)
      hash
        .update(`${relative(WEB, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
  }
  return hash.digest('hex');
}

/** The right to build, to be given back; null while another process has it. */
async function lock(): Promise<(() => Promise<void>) | null> {
  // A link comes to be at once, with the name of its owner in it.
  const mine = `${LOCK}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, LOCK);
    return () => rm(LOCK, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(LOCK, { force: true });
    return null;
  } finally {
    await rm(mine, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
