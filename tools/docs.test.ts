import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import schema from '../harness/runs/results.schema.json' with { type: 'json' };
import { documents } from './docs.ts';

const DOCS = new URL('../docs/', import.meta.url);

it.each(documents().map((document) => [document.path, document] as const))(
  '%s says what the code says (else run node tools/docs.ts)',
  (_, { is, ought }) => {
    expect(is).toBe(ought);
  },
);

it('docs/results.md names every field of results.json', () => {
  const text = readFileSync(new URL('results.md', DOCS), 'utf8');
  const objects = [schema, ...Object.values(schema.$defs)];
  const fields = objects.flatMap((object) => ('properties' in object ? Object.keys(object.properties) : []));
  expect(fields.length).toBeGreaterThan(50);
  expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
});

it('docs/results.md names every type of event', () => {
  const text = readFileSync(new URL('results.md', DOCS), 'utf8');
  const events = readFileSync(new URL('../harness/history/events.ts', import.meta.url), 'utf8');
  const types = Array.from(events.matchAll(/^ {2}type: '([\w.]+)'/gm), ([, type]) => type!);
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
});

describe('links', () => {
  const files = readdirSync(DOCS).filter((name) => name.endsWith('.md'));
  it.each(files)('of docs/%s lead somewhere', (name) => {
    const text = readFileSync(new URL(name, DOCS), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      expect(existsSync(new URL(target!, DOCS)), target).toBe(true);
    }
  });
});
