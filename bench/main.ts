/** Runs the benchmarks: every file of this folder that exports `run`, or those that are named. */
import { readdir } from 'node:fs/promises';

const names = process.argv.slice(2);
const files = (await readdir(import.meta.dirname)).filter(
  (file) => /\.[jt]s$/.test(file) && !file.startsWith('main.'),
);
const nameOf = (file: string) => file.replace(/\.[jt]s$/, '');
const unknown = names.filter((name) => !files.map(nameOf).includes(name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}. Known: ${files.map(nameOf).sort().join(', ')}.\n`,
  );
  process.exit(64);
}
for (const file of files.sort()) {
  if (names.length > 0 && !names.includes(nameOf(file))) continue;
  const { run } = (await import(`./${file}`)) as { run?: () => Promise<void> | void };
  await run?.();
}
