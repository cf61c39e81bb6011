import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILURES, REFUSALS } from './errors.ts';
import { describe as describeApi } from './openapi.ts';
import { House, type TestServer } from './testing/house.ts';

let house: House;
let server: TestServer;
beforeAll(async () => {
  house = await House.build();
  server = await house.serve();
});
afterAll(() => house.tearDown());

const document = describeApi() as {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, { 'x-codes'?: string[] }>; parameters?: { name: string }[] }>
  >;
  components: { schemas: Record<string, object> };
};
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

test('its references lead somewhere and its schemas are schemas', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(20);
  for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name);
  const ajv = new Ajv2020({ strict: false });
  for (const schema of Object.values(document.components.schemas))
    expect(ajv.validateSchema(schema)).toBe(true);
});
