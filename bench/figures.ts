/** What a benchmark found, kept as docs/figures/<name>.json with what it was found on. */
import { mkdir, writeFile } from 'node:fs/promises';
import { describeEnvironment } from '../harness/runs/environment.ts';

const FOLDER = new URL('../docs/figures/', import.meta.url);

/** @param figures with an `environment` of their own, where it is more than the machine */
export async function writeFigures(name: string, figures: object): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const { postgres: _, browser: __, target: ___, ...environment } = describeEnvironment(null, '');
  const all = { environment, ...figures };
  await writeFile(new URL(`${name}.json`, FOLDER), `${JSON.stringify(all, null, 2)}\n`);
}
