import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { House, type TestServer } from './testing/house.ts';

describe.each([
  ['on the base schema', 1],
  ['with all migrations', undefined],
])('at-end persistence %s', (_, to) => {
  let house: House;
  let server: TestServer;
  beforeAll(async () => {
    house = await House.build(to === undefined ? {} : { migrations: to });
    server = await house.serve({ PERSISTENCE: 'at-end' });
  });
  afterAll(() => house.tearDown());

  async function ask() {
    const session = await server.alice.session();
    const stream = await server.alice.send(session, 'question', { idempotency_key: 'ignored' });
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    const listed = async () =>
      (await server.alice.get(`/api/v1/chat/sessions/${session}/messages`)).body.messages;
    return { session, stream, call, listed };
  }

  test('the answer is there when it has ended, and not before', async () => {
    const { session, stream, call, listed } = await ask();
    call.say('a\ud83d', '\ude00', 'b');
    await stream.hasChunks(3);
    expect((await listed()).map(({ role }) => role)).toEqual(['user']);
    const status = await server.alice.get(`/api/v1/chat/sessions/${session}/status`);
    expect(status.body).toMatchObject({ has_active_generation: false, active: [] });
    expect((await server.alice.get(`/api/v1/chat/messages/${stream.message}/stream`)).body.error.code).toBe(
      'MESSAGE_NOT_FOUND',
    );
    call.finish();
    await stream.end();
    expect([stream.text, stream.done!.data]).toEqual(['a😀b', { status: 'completed', length: 4 }]);
    const [question, answer] = await listed();
    expect(answer).toMatchObject({
      id: stream.message,
      content: 'a😀b',
      status: 'completed',
      is_streaming: false,
      reply_to: question!.id,
    });
    const again = await (await server.alice.resume(stream.message, `${stream.message}:1`)).end();
    expect(again.text).toBe('😀b');
  });

  test('a disconnect aborts the call, and nothing of the answer is kept', async () => {
    const { stream, call, listed } = await ask();
    call.say('a', 'b', 'c', 'd', 'e', 'f');
    await stream.hasChunks(6);
    stream.close();
    expect(await call.closed).toBe('aborted');
    expect((await listed()).map(({ content }) => content)).toEqual(['question']);
  });

  test('an LLM that fails makes an error, and nothing of the answer is kept', async () => {
    const { stream, call, listed } = await ask();
    call.say('a').break();
    await stream.end();
    expect(stream.done!.data).toMatchObject({ status: 'error', error: { code: 'LLM_UNREACHABLE' } });
    expect((await listed()).length).toBe(1);
  });

  test('it cannot be stopped, and says so', async () => {
    const { stream, call } = await ask();
    const { status, body } = await server.alice.post(`/api/v1/chat/messages/${stream.message}/stop`);
    expect([status, body.error.code]).toEqual([501, 'STOP_UNSUPPORTED']);
    call.finish();
    await stream.end();
  });
});
