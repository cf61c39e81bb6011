/** Runs the benchmarks: every file of this folder that exports `run`, or those that are named. */
import { readdir } from 'node:fs/promises';

const names = process.argv.slice(2);
const files = (await readdir(import.meta.dirname)).filter(
  (file) => /\.[jt]s$/.test(file) && !file.startsWith('main.'),
);
for (const file of files.sort()) {
  if (names.length > 0 && !names.includes(file.replace(/\.[jt]s$/, ''))) continue;
  const { run } = (await import(`./${file}`)) as { run?: () => Promise<void> | void };
  await run?.();
}
