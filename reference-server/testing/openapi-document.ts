/**
 * What OpenAPI 3.1 asks of the shape of a document, as a JSON Schema of those of its objects that this API uses
 * (spec.openapis.org/oas/v3.1.0, §4.8). Unknown fields are refused, save extensions; schemas are JSON Schema's own.
 */
const text = { type: 'string', minLength: 1 };

/** An object of the specification: its fields, those it must have, and extensions. */
function fields(properties: Record<string, object>, required: string[] = []) {
  return {
    type: 'object',
    properties,
    required,
    patternProperties: { '^x-': true },
    additionalProperties: false,
  };
}

function map(names: string, values: object) {
  return { type: 'object', patternProperties: { [names]: values }, additionalProperties: false };
}

const use = (name: string) => ({ $ref: `#/$defs/${name}` });
const security = { type: 'array', items: map('.', { type: 'array', items: text }) };

export const OPENAPI_DOCUMENT = {
  ...fields(
    {
      openapi: { type: 'string', pattern: '^3\\.1\\.\\d+$' },
      info: fields({ title: text, version: text, description: text }, ['title', 'version']),
      security,
      paths: map('^/', use('pathItem')),
      components: fields({
        schemas: map('^[\\w.-]+$', use('schema')),
        securitySchemes: map(
          '^[\\w.-]+$',
          fields({ type: { const: 'http' }, scheme: text }, ['type', 'scheme']),
        ),
      }),
    },
    ['openapi', 'info', 'paths'],
  ),
  $defs: {
    schema: { $ref: 'https://json-schema.org/draft/2020-12/schema' },
    pathItem: { ...map('^(get|post)$', use('operation')), minProperties: 1 },
    operation: fields(
      {
        summary: text,
        security,
        parameters: { type: 'array', items: use('parameter'), uniqueItems: true },
        requestBody: fields({ required: { type: 'boolean' }, content: use('content') }, ['content']),
        responses: { ...map('^[1-5]\\d\\d$', use('response')), minProperties: 1 },
      },
      ['responses'],
    ),
    parameter: {
      ...fields(
        {
          name: text,
          in: { enum: ['path', 'query', 'header'] },
          required: { type: 'boolean' },
          description: text,
          schema: use('schema'),
        },
        ['name', 'in', 'schema'],
      ),
      if: { properties: { in: { const: 'path' } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
      then: { properties: { required: { const: true } }, required: ['required'] },
    },
    response: fields(
      { description: text, headers: map('^[A-Z][A-Za-z-]*$', use('header')), content: use('content') },
      ['description'],
    ),
    header: fields({ description: text, schema: use('schema') }, ['schema']),
    content: map('^[a-z]+/[a-z-]+$', fields({ schema: use('schema') })),
  },
};
