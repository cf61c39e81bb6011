/** The API as an OpenAPI 3.1 document. The schemas are those the server checks and answers with. */
import { z } from 'zod';
import { FAILURES, REFUSALS, type RefusalCode } from './errors.ts';
import * as schemas from './schemas.ts';

const SCHEMAS = {
  NewSession: schemas.NewSession,
  NewMessage: schemas.NewMessage,
  Session: schemas.Session,
  Sessions: schemas.Sessions,
  Message: schemas.Message,
  Messages: schemas.Messages,
  Status: schemas.Status,
  Stopped: schemas.Stopped,
  Health: schemas.Health,
  Error: schemas.ErrorBody,
  MessageEvent: schemas.MessageEvent,
  ChunkEvent: schemas.ChunkEvent,
  DoneEvent: schemas.DoneEvent,
} as const;

type SchemaName = keyof typeof SCHEMAS;

interface Operation {
  summary: string;
  public?: true;
  body?: { schema: SchemaName; required: boolean };
  /** A JSON answer, or the events of a stream by name. */
  answer:
    | { status: 200 | 201; schema: SchemaName }
    | { events: Record<string, SchemaName> }
    | { any: string }
    | { text: string };
  cursor?: true;
  /** Whoever has it already may ask whether it is still the same. */
  revalidates?: true;
  refusals: RefusalCode[];
}

const PATH_PARAMETERS: Record<string, string> = {
  session_id: 'The id of the session.',
  id: 'The id of the message.',
};

const RETRY_AFTER = { description: 'Seconds until it is worth asking again.', schema: { type: 'integer' } };

const STREAM = { chunk: 'ChunkEvent', done: 'DoneEvent' } as const;

const OPERATIONS: Record<string, Operation> = {
  'post /api/v1/chat/sessions': {
    summary: 'Begin a session.',
    body: { schema: 'NewSession', required: false },
    answer: { status: 201, schema: 'Session' },
    refusals: ['INVALID_REQUEST', 'BODY_MALFORMED', 'BODY_TOO_LARGE', 'BODY_UNSUPPORTED'],
  },
  'get /api/v1/chat/sessions': {
    summary: 'Your sessions, newest first.',
    answer: { status: 200, schema: 'Sessions' },
    refusals: [],
  },
  'get /api/v1/chat/sessions/{session_id}/messages': {
    summary: 'The messages of a session, in the order of the conversation.',
    answer: { status: 200, schema: 'Messages' },
    revalidates: true,
    refusals: ['INVALID_REQUEST', 'SESSION_NOT_FOUND'],
  },
  'get /api/v1/chat/sessions/{session_id}/status': {
    summary:
      'What is being generated in a session: the newest, and in `active` all. Idle with at-end persistence.',
    answer: { status: 200, schema: 'Status' },
    revalidates: true,
    refusals: ['INVALID_REQUEST', 'SESSION_NOT_FOUND'],
  },
  'post /api/v1/chat/messages': {
    summary:
      'Ask. The answer is streamed, and goes on without the reader; an idempotency key used before attaches to its answer.',
    body: { schema: 'NewMessage', required: true },
    answer: { events: { message: 'MessageEvent', ...STREAM } },
    refusals: [
      'INVALID_REQUEST',
      'BODY_MALFORMED',
      'SESSION_NOT_FOUND',
      'BODY_TOO_LARGE',
      'BODY_UNSUPPORTED',
      'IDEMPOTENCY_KEY_REUSED',
      'TOO_BUSY',
      'SHUTTING_DOWN',
    ],
  },
  'get /api/v1/chat/messages/{id}': {
    summary: 'One message.',
    answer: { status: 200, schema: 'Message' },
    revalidates: true,
    refusals: ['INVALID_REQUEST', 'MESSAGE_NOT_FOUND'],
  },
  'get /api/v1/chat/messages/{id}/stream': {
    summary: 'What is missing of an answer, then what comes, then the end.',
    cursor: true,
    answer: { events: STREAM },
    refusals: [
      'INVALID_REQUEST',
      'CURSOR_MALFORMED',
      'MESSAGE_NOT_FOUND',
      'CURSOR_FOREIGN',
      'NOT_AN_ANSWER',
      'CURSOR_PAST_END',
    ],
  },
  'post /api/v1/chat/messages/{id}/stop': {
    summary: 'Stop a generation; the answer is the state that holds from now on.',
    answer: { status: 200, schema: 'Stopped' },
    refusals: ['INVALID_REQUEST', 'MESSAGE_NOT_FOUND', 'NOT_AN_ANSWER', 'STOP_UNSUPPORTED'],
  },
  'get /health': {
    summary: 'Whether the server and its database answer.',
    public: true,
    answer: { status: 200, schema: 'Health' },
    refusals: [],
  },
  'get /metrics': {
    summary: 'What the server counts of itself, for Prometheus.',
    public: true,
    answer: { text: 'Metrics in the text format 0.0.4.' },
    refusals: [],
  },
  'get /openapi.json': {
    summary: 'This document.',
    public: true,
    answer: { any: 'An OpenAPI 3.1 document.' },
    refusals: [],
  },
};

export function describe(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method]: describeOperation(path, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Resumable chat',
      version: '1',
      description:
        'A chat whose answers survive their readers. The id of each event is a cursor to resume from.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => {
          // Requests are described as they come in; the dialect is named by the document.
          const { $schema, ...described } = z.toJSONSchema(schema, { io: 'input' });
          return [name, described];
        }),
      ),
    },
    'x-errors': REFUSALS,
    'x-failures': FAILURES,
  };
}

function describeOperation(
  path: string,
  { summary, body, answer, cursor, revalidates, refusals, ...rest }: Operation,
) {
  const parameters = [
    ...Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) =>
      parameter(name!, 'path', PATH_PARAMETERS[name!]!, { format: 'uuid' }),
    ),
    ...(cursor
      ? [
          parameter(
            'Last-Event-ID',
            'header',
            'The id of the last event that was received. Wins over `after`; empty, it counts as none.',
          ),
          parameter('after', 'query', 'The same: <message id>:<length of the text held, in UTF-16 units>.'),
        ]
      : []),
    ...(revalidates
      ? [
          parameter(
            'If-None-Match',
            'header',
            'The `ETag` of an answer that you have: 304 if it is the same.',
          ),
        ]
      : []),
  ];
  return {
    summary,
    ...(rest.public && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: body.required, content: { 'application/json': { schema: ref(body.schema) } } },
    }),
    responses: {
      ...describeAnswer(answer),
      ...(revalidates && { 304: { description: 'What you have is what there is.' } }),
      ...describeRefusals([
        ...refusals,
        ...(rest.public ? [] : (['UNAUTHENTICATED'] as const)),
        'DATABASE_UNAVAILABLE',
        'INTERNAL',
      ]),
    },
  };
}

function describeAnswer(answer: Operation['answer']) {
  if ('text' in answer) {
    return { 200: { description: answer.text, content: { 'text/plain': { schema: { type: 'string' } } } } };
  }
  if ('any' in answer) {
    return {
      200: { description: answer.any, content: { 'application/json': { schema: { type: 'object' } } } },
    };
  }
  if ('schema' in answer) {
    const content = { 'application/json': { schema: ref(answer.schema) } };
    return { [answer.status]: { description: 'It is done.', content } };
  }
  const events = Object.fromEntries(
    Object.entries(answer.events).map(([name, schema]) => [name, ref(schema)]),
  );
  return {
    200: {
      description:
        'Events, ended by one `done`. A stream that ends without it has not reached the end of the answer.',
      content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': events } },
    },
  };
}

function describeRefusals(codes: RefusalCode[]) {
  const byStatus = Map.groupBy(codes, (code) => REFUSALS[code].http);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${REFUSALS[code].message}`).join('\n'),
        ...(status === 503 && { headers: { 'Retry-After': RETRY_AFTER } }),
        content: { 'application/json': { schema: ref('Error') } },
        'x-codes': group,
      },
    ]),
  );
}

function parameter(name: string, where: 'path' | 'header' | 'query', description: string, schema = {}) {
  return { name, in: where, required: where === 'path', description, schema: { type: 'string', ...schema } };
}

function ref(name: SchemaName) {
  return { $ref: `#/components/schemas/${name}` };
}
