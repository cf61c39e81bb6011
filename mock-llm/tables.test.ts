import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { tables, withTables } from './tables.ts';

const PAGE = new URL('../docs/mock-llm.md', import.meta.url);

test('the tables of docs/mock-llm.md are those of the code (UPDATE_DOCS=1 rewrites them)', async () => {
  const page = await readFile(PAGE, 'utf8');
  if (process.env.UPDATE_DOCS === '1') await writeFile(PAGE, withTables(page));
  expect(await readFile(PAGE, 'utf8')).toBe(withTables(page));
  for (const name of Object.keys(tables())) expect(page).toContain(`<!-- table ${name} -->`);
});

test('a page that names an unknown table is refused', () => {
  expect(() => withTables('<!-- table loud -->\n<!-- end -->')).toThrow('there is no table "loud"');
});
