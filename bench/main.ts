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
const begun = performance.now();
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(0)} s`;
for (const file of files.sort()) {
  if (names.length > 0 && !names.includes(nameOf(file))) continue;
  const { run } = (await import(`./${file}`)) as { run?: () => Promise<void> | void };
  if (!run) continue;
  const since = performance.now();
  await run();
  console.log(`— ${nameOf(file)} took ${seconds(since)}\n`);
}
console.log(`all took ${seconds(begun)}`);
