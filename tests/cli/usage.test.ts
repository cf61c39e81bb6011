/** What a person is told who has used a word wrongly, or none. */
import { expect, test } from 'vitest';
import { holdfast } from './holdfast.ts';

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
