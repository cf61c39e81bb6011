/** Holds what the server really answers against the description it serves. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe } from '../openapi.ts';

interface Content {
  schema: object;
  'x-events'?: Record<string, object>;
}
interface Operation {
  responses: Record<string, { content: Record<string, Content>; 'x-codes'?: string[] }>;
}

const DOCUMENT = describe() as { paths: Record<string, Record<string, Operation>> };
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api', ...DOCUMENT });
const compiled = new Map<string, ValidateFunction>();

/** @throws where this answer is not in the description */
export function checkAnswer(method: string, path: string, status: number, body: unknown): void {
  const response = find(method, path)?.responses[status];
  if (!find(method, path)) return;
  if (!response)
    throw new Error(`${method} ${path} is not described to answer ${status}: ${JSON.stringify(body)}`);
  const schema = response.content['application/json']?.schema;
  if (!schema) throw new Error(`${method} ${path} is not described to answer ${status} with JSON`);
  check(schema, body, `${method} ${path} ${status}`);
  const code = (body as { error?: { code?: string } }).error?.code;
  if (response['x-codes'] && !response['x-codes'].includes(code ?? '')) {
    throw new Error(`${method} ${path} is not described to refuse with ${code}`);
  }
}

/** @throws where this event is not in the description of the stream */
export function checkEvent(method: string, path: string, event: string, data: unknown): void {
  const schema = find(method, path)?.responses[200]?.content['text/event-stream']?.['x-events']?.[event];
  if (!schema) throw new Error(`${method} ${path} is not described to send ${event}`);
  check(schema, data, `${method} ${path} ${event}`);
}

function find(method: string, path: string): Operation | undefined {
  const [plain = ''] = path.split('?');
  const described = Object.keys(DOCUMENT.paths).find((pattern) =>
    new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
  return described === undefined ? undefined : DOCUMENT.paths[described]?.[method.toLowerCase()];
}

function check(schema: object, value: unknown, what: string): void {
  const key = JSON.stringify(schema).replaceAll('"#/', '"api#/');
  const validate = compiled.get(key) ?? ajv.compile(JSON.parse(key));
  compiled.set(key, validate);
  if (!validate(value))
    throw new Error(`${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}
