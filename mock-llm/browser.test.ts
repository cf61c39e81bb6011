/** What is said to work in browsers must not lead to anything that is Node's. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const IMPORT = /^(?:import|export) (?!type )[^;]*? from '([^']+)';/gms;

async function filesFrom(entry: URL, found = new Map<string, string>()): Promise<Map<string, string>> {
  if (found.has(entry.href)) return found;
  const text = await readFile(entry, 'utf8');
  found.set(entry.href, text);
  for (const [, path] of text.matchAll(IMPORT)) {
    if (path!.startsWith('.')) await filesFrom(new URL(path!, entry), found);
  }
  return found;
}

test('the handlers for msw, and all that they lead to, run without Node', async () => {
  const files = await filesFrom(new URL('./msw.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(20);
  for (const [file, text] of files) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(code, file).not.toMatch(/'node:|\bprocess\.|\bBuffer\b|\bsetImmediate\b/);
  }
});
