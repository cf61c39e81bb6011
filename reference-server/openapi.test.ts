/**
 * The description itself. That the server answers as it says is checked everywhere else: the client of all tests
 * (testing/client.ts) holds each answer and each event against it.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILURES, REFUSALS } from './errors.ts';
import { describe as describeApi } from './openapi.ts';
import { House, type TestServer } from './testing/house.ts';
import { OPENAPI_DOCUMENT } from './testing/openapi-document.ts';

let house: House;
let server: TestServer;
beforeAll(async () => {
  house = await House.build();
  server = await house.serve();
});
afterAll(() => house.tearDown());

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        responses: Record<string, { description?: string; 'x-codes'?: string[] }>;
        parameters?: { name: string; in: string; required: boolean }[];
      }
    >
  >;
  components: { schemas: Record<string, object> };
}

const document = describeApi() as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

test('every route is described, and everything described is a route', () => {
  const routes = server.app.router.stack.flatMap(({ route }) =>
    // Without a method: what refuses all others.
    (route?.stack ?? []).flatMap(({ method }) =>
      method ? `${method} ${route!.path.replace(/:(\w+)/g, '{$1}')}` : [],
    ),
  );
  expect(operations.map(({ name }) => name).sort()).toEqual([...new Set(routes)].sort());
});

test('it is served as it is', async () => {
  const { status, body } = await server.alice.get('/openapi.json');
  expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(document))]);
});

test('every refusal is described where it can come from, save those of paths and methods that are not', () => {
  const described = operations.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap((response) => response['x-codes'] ?? []),
  );
  expect([...new Set(described)].sort()).toEqual(
    Object.keys(REFUSALS)
      .filter((code) => !['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'].includes(code))
      .sort(),
  );
  expect(document).toMatchObject({ 'x-errors': REFUSALS, 'x-failures': FAILURES });
});

test('it is an OpenAPI 3.1 document', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.validate(OPENAPI_DOCUMENT, document);
  expect(ajv.errors).toBeNull();
});

test.each<[string, (broken: Document) => void]>([
  ['another version', (broken) => Object.assign(broken, { openapi: '3.0.3' })],
  ['a field that there is not', (broken) => Object.assign(broken, { pathes: {} })],
  [
    'a response without a description',
    ({ paths }) => delete paths['/health']!.get!.responses[200]!.description,
  ],
  ['a path that begins without a slash', ({ paths }) => Object.assign(paths, { health: paths['/health'] })],
  [
    'a parameter of the path that may be left out',
    ({ paths }) => {
      paths['/api/v1/chat/messages/{id}']!.get!.parameters![0]!.required = false;
    },
  ],
  [
    'a schema that is none',
    ({ components }) => Object.assign(components.schemas, { Session: { type: 'text' } }),
  ],
])('%s would be noticed', (_, damage) => {
  const broken = structuredClone(document);
  damage(broken);
  expect(new Ajv2020({ strict: false }).validate(OPENAPI_DOCUMENT, broken)).toBe(false);
});

test('the parameters of each path are those that it names, under the names of the contract', () => {
  const named = operations.map(({ name, operation }) => [
    name,
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => parameter.name),
  ]);
  expect(named).toEqual(
    operations.map(({ name }) => [
      name,
      Array.from(name.matchAll(/\{(\w+)\}/g), ([, parameter]) => parameter),
    ]),
  );
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/chat/sessions/{session_id}/status',
      '/api/v1/chat/messages/{id}/stream',
    ]),
  );
});

test('its references lead somewhere and its schemas are schemas', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(20);
  for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name);
  const ajv = new Ajv2020({ strict: false });
  for (const schema of Object.values(document.components.schemas))
    expect(ajv.validateSchema(schema)).toBe(true);
});
