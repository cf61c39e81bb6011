import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { StartError } from '../errors.ts';
import { PARTS } from '../parts.ts';
import { defects, planted } from './index.ts';

const HERE = new URL('.', import.meta.url);
const ENVIRONMENT = { DATABASE_URL: 'postgres://x/y', LLM_BASE_URL: 'http://x', LLM_MODEL: 'm' };

test('every defect has a name of its own, a sentence and a public report', () => {
  expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
  for (const { name, about, seenIn } of defects) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(about, name).toMatch(/^[A-Z].*\.$/s);
    expect(seenIn.length, name).toBeGreaterThan(0);
    for (const report of seenIn) expect(report).toMatch(/^[\w./-]+(#| P#| )\S/);
  }
});

test('every file of a defect is in the registry, under its own name', () => {
  const files = readdirSync(HERE).filter(
    (name) => !/^(index|defect|coming-back|handlers|listed|writing|.*\.test)\.ts$/.test(name),
  );
  const served = defects.filter(({ side }) => side === 'server').map(({ name }) => `${name}.ts`);
  expect(files.sort()).toEqual(served.sort());
});

test.each(defects.filter(({ side }) => side === 'server').map(({ name }) => name))(
  '%s changes a part, and leaves the clean parts as they are',
  (name) => {
    const before = { ...PARTS, store: { ...PARTS.store } };
    expect(planted([name])).not.toEqual(PARTS);
    expect({ ...PARTS, store: { ...PARTS.store } }).toEqual(before);
  },
);

test('without names nothing is planted', () => {
  expect(planted([])).toBe(PARTS);
});

test('a name that is not known is refused, and the known ones are told', () => {
  expect(() => planted(['nonsense'])).toThrow(StartError);
  expect(() => planted(['nonsense'])).toThrow(/"nonsense".*Known: .*stuck-after-crash/);
});

test('defects are planted where nobody is served but developers', () => {
  const environment = { ...ENVIRONMENT, DEFECTS: 'stuck-after-crash, lost-end' };
  const development = readConfig({ ...environment, AUTH: 'development' });
  expect(development.defects).toEqual(['stuck-after-crash', 'lost-end']);
  expect(() => readConfig({ ...environment, TOKENS: 'a=b' })).toThrow(/DEFECTS.*AUTH=development/);
});
