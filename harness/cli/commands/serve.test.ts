/** The stack that is left running to play with: what it says of itself is tried. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../../../tests/cli/holdfast.ts';

const repository = new URL('../../../', import.meta.url);

function configured(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-serve-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'holdfast.config.mjs');
  const tiny = new URL('tests/targets/tiny.ts', repository);
  writeFileSync(file, `import { tinyTarget } from '${tiny}';\nexport default { target: tinyTarget() };\n`);
  return file;
}

/** What the shell makes of the command: the words that `curl` is called with. */
function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

test.each([
  { target: 'the reference server', args: () => [], end: '"status":"completed"' },
  { target: 'a target of one’s own', args: () => ['--config', configured()], end: '"end":"completed"' },
])('$target answers what is suggested, shows its page, and is gone after Ctrl-C', async ({ args, end }) => {
  const { child, ended } = start(['serve', ...args()]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for await (const piece of child.stdout!) {
    said += piece;
    if (said.includes('Ctrl-C')) break;
  }
  const page = /^Page +(\S+)$/m.exec(said)![1]!;
  expect((await fetch(page)).headers.get('content-type')).toContain('text/html');

  const command = said.slice(said.indexOf('curl '), said.indexOf('\n\nWhat stands in'));
  const words = wordsOf(command);
  const following = (flag: string) => words.filter((_, index) => words[index - 1] === flag);
  const answer = await fetch(words.find((word) => word.startsWith('http://'))!, {
    method: following('-X')[0]!,
    headers: following('-H').map((line) => line.split(': ') as [string, string]),
    body: following('-d')[0]!,
  });
  expect(await answer.text()).toContain(end);

  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exit: 0, stderr: '' });
  await expect(fetch(page)).rejects.toThrow();
});
