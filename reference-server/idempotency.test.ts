import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { House, SAVING, type TestServer } from './testing/house.ts';

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let server: TestServer;
  beforeAll(async () => {
    house = await House.build({ persistence });
    server = await house.serve();
  });
  afterAll(() => house.tearDown());

  async function questions(session: string): Promise<number> {
    return (await server.alice.get(`/api/v1/chat/sessions/${session}/messages`)).body.messages.length / 2;
  }

  test('twenty posts with one key make one generation, which all of them read', async () => {
    const session = await server.alice.session();
    const calls = house.llm.calls.length;
    const post = () => server.alice.send(session, 'question', { idempotency_key: 'twenty' });
    const streams = await Promise.all(Array.from({ length: 20 }, post));
    const call = await house.llm.call();
    call.say('a', 'b', 'c', 'd', 'e', 'f', 'g').finish();
    await Promise.all(streams.map((stream) => stream.end()));
    expect(new Set(streams.map(({ message }) => message)).size).toBe(1);
    expect(streams.map(({ text }) => text)).toEqual(streams.map(() => 'abcdefg'));
    expect(await questions(session)).toBe(1);
    const late = await (await post()).end();
    expect([late.message, late.text, late.done!.data.status]).toEqual([
      streams[0]!.message,
      'abcdefg',
      'completed',
    ]);
    expect(house.llm.calls.length - calls).toBe(1);
  });

  test('a repetition attaches live while the first is still running', async () => {
    const session = await server.alice.session();
    const first = await server.alice.send(session, 'question', { idempotency_key: 'live' });
    const call = await house.llm.call();
    call.say('a', 'b');
    await first.hasChunks(2);
    first.close();
    const second = await (
      await server.alice.send(session, 'question', { idempotency_key: 'live' })
    ).hasChunks(1);
    expect(second.text).toBe('ab');
    call.say('c');
    await second.until(({ text }) => text === 'abc');
    call.finish();
    await second.end();
  });

  test('a key stands for one content and one session of one user', async () => {
    const [session, another, bobs] = await Promise.all([
      server.alice.session(),
      server.alice.session(),
      server.bob.session(),
    ]);
    const ask = (content: string, to: string) => ({ session_id: to, content, idempotency_key: 'mine' });
    const first = await server.alice.send(session, 'question', { idempotency_key: 'mine' });
    (await house.llm.call()).finish();
    await first.end();
    for (const body of [ask('another question', session), ask('question', another)]) {
      const { status, body: refusal } = await server.alice.post('/api/v1/chat/messages', body);
      expect([status, refusal.error.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    expect([await questions(session), await questions(another)]).toEqual([1, 0]);
    const bob = await server.bob.send(bobs, 'question', { idempotency_key: 'mine' });
    (await house.llm.call()).finish();
    await bob.end();
    expect(bob.message).not.toBe(first.message);
  });

  test('without a key every post is a question of its own', async () => {
    const session = await server.alice.session();
    for (const _ of [1, 2]) {
      const stream = await server.alice.send(session, 'question');
      (await house.llm.call()).finish();
      await stream.end();
    }
    expect(await questions(session)).toBe(2);
  });
});
