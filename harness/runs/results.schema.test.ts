import { readFileSync } from 'node:fs';
import { Ajv2020, type SchemaObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { createSample } from '../../reports/testing/sample.ts';
import { createLoadSample } from '../../reports/testing/sample-load.ts';
import type { Results } from './results.ts';

const schema: SchemaObject = JSON.parse(
  readFileSync(new URL('./results.schema.json', import.meta.url), 'utf8'),
);

/** All objects of a schema, with the path that leads to them. */
function* objects(node: unknown, path = '#'): Generator<[path: string, node: Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  yield [path, node as Record<string, unknown>];
  for (const [key, value] of Object.entries(node)) yield* objects(value, `${path}/${key}`);
}

/** The published schema lets fields be added later; here none may be unknown to it. */
function closed(): SchemaObject {
  const copy = structuredClone(schema);
  for (const [, node] of objects(copy)) {
    if (node.type === 'object' && 'properties' in node) node.additionalProperties = false;
  }
  return copy;
}

function compile(what: SchemaObject) {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  return ajv.compile(what);
}

// Typed, and without optional fields in the type: it holds every field there is, each in every kind it can be.
const everyField: Results = {
  ...createSample().results,
  flaws: [{ line: 9, flaw: 'cut-off-line', message: 'the last line (9) is cut off' }],
  failure: { code: 'HF_PROCESS_DIED', message: 'target ended unexpectedly' },
  load: createLoadSample(),
};

describe('results.schema.json', () => {
  const validate = compile(closed());
  const errorsOf = (value: unknown) => (validate(value) ? [] : (validate.errors ?? []));

  it('requires every field that it names, so a sample that passes holds them all', () => {
    for (const [path, node] of objects(schema)) {
      if (!('properties' in node) || node.type !== 'object') continue;
      expect(node.required, path).toEqual(Object.keys(node.properties as object));
    }
  });

  it('names the fields of the type and no others', () => {
    expect(errorsOf(everyField)).toEqual([]);
    expect(everyField.scenarios.flatMap((s) => s.checks.flatMap((c) => c.violations))).not.toEqual([]);
  });

  it('takes results of a failure of the harness, before anything was known', () => {
    const early: Results = {
      ...everyField,
      verdict: 'unknown',
      environment: { ...everyField.environment, postgres: null, commit: null },
      scenarios: [],
      skipped: [],
      flaws: [],
    };
    expect(errorsOf(early)).toEqual([]);
  });

  it('describes every field', () => {
    const definitions = schema.$defs as Record<string, { description?: string }>;
    for (const [path, node] of objects(schema)) {
      if (!path.endsWith('/properties')) continue;
      for (const [name, field] of Object.entries(node as Record<string, Record<string, unknown>>)) {
        const reference = typeof field.$ref === 'string' ? field.$ref.split('/').at(-1)! : '';
        const description = field.description ?? definitions[reference]?.description;
        expect(description, `${path}/${name}`).toEqual(expect.stringMatching(/\w.*\.$/));
      }
    }
  });

  it.each<[string, (results: Results) => unknown]>([
    ['a field that nobody knows', (r) => ({ ...r, extra: 1 })],
    ['another version', (r) => ({ ...r, version: 2 })],
    ['a verdict of its own', (r) => ({ ...r, verdict: 'not-applicable' })],
    ['a seed that is no 32-bit number', (r) => ({ ...r, seed: 2 ** 32 })],
    ['a time that is none', (r) => ({ ...r, startedAt: 'yesterday' })],
    ['evidence that names no line', (r) => ({ ...r, scenarios: [withEvidence(r, 'harness')] })],
    ['a metric without samples', (r) => ({ ...r, scenarios: [withMetric(r, 0)] })],
  ])('refuses %s', (_, change) => {
    expect(errorsOf(change(structuredClone(everyField)))).not.toEqual([]);
  });
});

function withEvidence(results: Results, line: string) {
  const first = results.scenarios[0]!;
  return { ...first, checks: [{ ...first.checks[0]!, evidence: [line] }] };
}

function withMetric(results: Results, n: number) {
  return { ...results.scenarios[0]!, metrics: { x: { unit: 'ms', n, min: 0, p50: 0, p99: 0, max: 0 } } };
}
