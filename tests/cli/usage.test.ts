/** What a person is told who has used a word wrongly, or none. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holdfast, runsFolder } from './holdfast.ts';

test('without a word the help is the answer, and nothing else', async () => {
  const { exit, stderr } = await holdfast([]);
  expect(exit).toBe(64);
  expect(stderr).toMatch(/^Usage: holdfast/);
  expect(stderr).not.toContain('HF_USAGE');
});

test.each([
  [['frobnicate'], "unknown command 'frobnicate'", 'See holdfast --help.'],
  [['list'], "missing required argument 'what'", 'See holdfast list --help.'],
  [['verify', '--scenaro', 'x'], '--scenario', 'See holdfast verify --help.'],
])('%j is told what is wrong, and where to read on', async (args, what, where) => {
  const { exit, stderr } = await holdfast(args);
  expect(exit).toBe(64);
  expect(stderr).toContain(what);
  expect(stderr).toContain(where);
});

test('what cannot be judged again says why', async () => {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  const [load, empty] = ['load', 'empty'].map((name) => join(path, name)) as [string, string];
  for (const folder of [load, empty]) mkdirSync(folder);
  writeFileSync(join(load, 'load.jsonl'), '');
  const said = await Promise.all([load, empty].map((folder) => holdfast(['check', folder])));
  expect(said.map(({ exit }) => exit)).toEqual([64, 64]);
  expect(said[0]!.stderr).toContain('it is of a load');
  expect(said[1]!.stderr).toContain('there is no history.jsonl');
});
