import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './testing/client.ts';
import { House, type TestServer } from './testing/house.ts';
import type { StubCall } from './testing/stub-llm.ts';

let house: House;
let server: TestServer;
/** Alice's: a session, the answer that is running in it, and its question. */
let session: string;
let running: string;
let question: string;
let call: StubCall;
beforeAll(async () => {
  house = await House.build();
  server = await house.serve();
  session = await server.alice.session();
  const stream = await server.alice.send(session, 'secret');
  call = await house.llm.call();
  await stream.until(({ events }) => events.length > 0);
  running = stream.message;
  question = stream.events[0]!.data.user_message_id;
});
afterAll(() => house.tearDown());

test.each([
  ['GET', (id: string) => `/api/v1/chat/sessions/${id}/messages`, 'session', 'SESSION_NOT_FOUND'],
  ['GET', (id: string) => `/api/v1/chat/sessions/${id}/status`, 'session', 'SESSION_NOT_FOUND'],
  [
    'POST',
    (id: string) => ['/api/v1/chat/messages', { session_id: id, content: 'x' }],
    'session',
    'SESSION_NOT_FOUND',
  ],
  ['GET', (id: string) => `/api/v1/chat/messages/${id}`, 'message', 'MESSAGE_NOT_FOUND'],
  ['GET', (id: string) => `/api/v1/chat/messages/${id}/stream`, 'message', 'MESSAGE_NOT_FOUND'],
  ['GET', (id: string) => `/api/v1/chat/messages/${id}/stream?after=${id}:0`, 'message', 'MESSAGE_NOT_FOUND'],
  ['POST', (id: string) => [`/api/v1/chat/messages/${id}/stop`], 'message', 'MESSAGE_NOT_FOUND'],
] as const)(
  "%s %s: another user's is answered like one that is not there",
  async (method, build, kind, code) => {
    const ask = (id: string) => {
      const [path, body] = [build(id)].flat() as [string, unknown];
      return server.bob.request(method, path, body === undefined ? undefined : JSON.stringify(body));
    };
    const foreign = await ask(kind === 'session' ? session : running);
    expect(foreign).toEqual(await ask(randomUUID()));
    expect([foreign.status, foreign.body.error.code]).toEqual([404, code]);
  },
);

test('nothing that was refused left a trace', async () => {
  expect((await server.bob.get('/api/v1/chat/sessions')).body.sessions).toEqual([]);
  const { body } = await server.alice.get(`/api/v1/chat/sessions/${session}/messages`);
  expect(body.messages.length).toBe(2);
  expect((await house.row(running)).status).toBe('generating');
  expect(house.llm.calls.length).toBe(1);
});

const JSON_TYPE = { 'content-type': 'application/json' };

test.each<[string, string, string, string | Buffer | undefined, Record<string, string>, number, string]>([
  ['no JSON', 'POST', '/api/v1/chat/messages', '{', JSON_TYPE, 400, 'BODY_MALFORMED'],
  ['a string', 'POST', '/api/v1/chat/sessions', '"x"', JSON_TYPE, 400, 'BODY_MALFORMED'],
  ['a list', 'POST', '/api/v1/chat/sessions', '[]', JSON_TYPE, 400, 'INVALID_REQUEST'],
  [
    'an unknown charset',
    'POST',
    '/api/v1/chat/sessions',
    '{}',
    { 'content-type': 'application/json; charset=x' },
    415,
    'BODY_UNSUPPORTED',
  ],
  [
    'another content type',
    'POST',
    '/api/v1/chat/messages',
    'a=b',
    { 'content-type': 'text/plain' },
    415,
    'BODY_UNSUPPORTED',
  ],
  [
    'JSON that does not say so, where no body is required either',
    'POST',
    '/api/v1/chat/sessions',
    '{"title":"lost"}',
    { 'content-type': '' },
    415,
    'BODY_UNSUPPORTED',
  ],
  [
    'the same in pieces',
    'POST',
    '/api/v1/chat/sessions',
    '{"title":"lost"}',
    { 'content-type': '', 'transfer-encoding': 'chunked' },
    415,
    'BODY_UNSUPPORTED',
  ],
  [
    'too large a body',
    'POST',
    '/api/v1/chat/messages',
    `"${'x'.repeat(1 << 20)}"`,
    JSON_TYPE,
    413,
    'BODY_TOO_LARGE',
  ],
  [
    'a title that is no string',
    'POST',
    '/api/v1/chat/sessions',
    '{"title":1}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  ['no session', 'POST', '/api/v1/chat/messages', '{"content":"x"}', JSON_TYPE, 400, 'INVALID_REQUEST'],
  [
    'a session that is no UUID',
    'POST',
    '/api/v1/chat/messages',
    '{"session_id":"1","content":"x"}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  [
    'no content',
    'POST',
    '/api/v1/chat/messages',
    '{"session_id":"SESSION"}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  [
    'empty content',
    'POST',
    '/api/v1/chat/messages',
    '{"session_id":"SESSION","content":""}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  [
    'NUL',
    'POST',
    '/api/v1/chat/messages',
    '{"session_id":"SESSION","content":"a\\u0000"}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  [
    'half a character',
    'POST',
    '/api/v1/chat/messages',
    '{"session_id":"SESSION","content":"\\ud83d"}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  [
    'an empty key',
    'POST',
    '/api/v1/chat/messages',
    '{"session_id":"SESSION","content":"x","idempotency_key":""}',
    JSON_TYPE,
    400,
    'INVALID_REQUEST',
  ],
  [
    'a message that is no UUID',
    'GET',
    '/api/v1/chat/messages/1/stream',
    undefined,
    {},
    400,
    'INVALID_REQUEST',
  ],
  [
    'a session in the path that is none',
    'GET',
    '/api/v1/chat/sessions/x/status',
    undefined,
    {},
    400,
    'INVALID_REQUEST',
  ],
  [
    'a path that cannot be decoded',
    'GET',
    '/api/v1/chat/messages/%E0%A4%A',
    undefined,
    {},
    400,
    'INVALID_REQUEST',
  ],
  ['an unknown path', 'GET', '/api/v1/chat', undefined, {}, 404, 'ROUTE_NOT_FOUND'],
  ['a method of other paths', 'DELETE', '/api/v1/chat/sessions', undefined, {}, 405, 'METHOD_NOT_ALLOWED'],
  [
    'the stream of a question',
    'GET',
    '/api/v1/chat/messages/QUESTION/stream',
    undefined,
    {},
    409,
    'NOT_AN_ANSWER',
  ],
  [
    'the stop of a question',
    'POST',
    '/api/v1/chat/messages/QUESTION/stop',
    undefined,
    {},
    409,
    'NOT_AN_ANSWER',
  ],
])('%s is refused', async (_, method, path, body, headers, status, code) => {
  const fill = (text: string) => text.replace('SESSION', session).replace('QUESTION', question);
  const sent = typeof body === 'string' ? fill(body) : body;
  const answer = await server.alice.request(method, fill(path), sent, headers);
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  expect(answer.body.error.message.length).toBeGreaterThan(20);
});

test.each([
  ['DELETE', '/api/v1/chat/sessions', 'POST, GET, HEAD'],
  ['GET', '/api/v1/chat/messages', 'POST'],
  ['POST', '/api/v1/chat/messages/ANSWER/stream', 'GET, HEAD'],
  ['OPTIONS', '/api/v1/chat/messages/ANSWER/stop', 'POST'],
  ['POST', '/health', 'GET, HEAD'],
])('%s %s: the methods that are allowed are named', async (method, path, allowed) => {
  const { status, headers } = await fetch(server.url + path.replace('ANSWER', running), { method });
  expect([headers.get('allow'), status]).toEqual([allowed, 405]);
});

test.each([
  ['no token', ''],
  ['an unknown token', 'Bearer nobody'],
  ['another scheme', 'Basic alice-token'],
  ['the name of a property every object has', 'Bearer constructor'],
])('%s is not let in', async (_, authorization) => {
  const nobody = new Client(server.url, '');
  const { status, body } = await nobody.get('/api/v1/chat/sessions', { authorization });
  expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
});

test('refused questions left no rows, and the running answer is unharmed', async () => {
  call.say('done').finish();
  expect((await house.rowThat(running, ({ status }) => status !== 'generating')).content).toBe('done');
  const { rows } = await house.db.query('SELECT count(*)::int AS n FROM ai_chat_messages');
  expect(rows[0].n).toBe(2);
});
