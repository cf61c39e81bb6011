import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = `import { join } from 'node:path'; export default { bounds: { end: join('').length + 4 } };`;

/** In a process of Node's own, as it loads files without a test runner. */
async function loaded(name: string): Promise<string> {
  const { href } = new URL('./config.ts', import.meta.url);
  const script = `import { loadConfig } from '${href}';
    console.log(await loadConfig().then(JSON.stringify, ({ code, message }) => code + ' ' + message));`;
  writeFileSync(join(folder, name), MODULE);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
  });
  rmSync(join(folder, name));
  return stdout.trim();
}

test('where the project is CommonJS, it says what to do; under the other name it is loaded', async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  expect(await loaded('holdfast.config.ts')).toMatch(/^HF_CONFIG .*\.mts, or write "type": "module"/);
  for (const ending of ['mts', 'mjs'])
    expect(await loaded(`holdfast.config.${ending}`)).toBe('{"bounds":{"end":5}}');
});

test('where it is made of modules, by any name', async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const ending of ['ts', 'mts', 'js', 'mjs'])
    expect(await loaded(`holdfast.config.${ending}`)).toBe('{"bounds":{"end":5}}');
});
