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

  test('an answer is streamed, saved and listed', async () => {
    const { alice } = server;
    const session = await alice.session();
    const stream = await alice.send(session, 'What holds kelp to the rock?');
    const call = await house.llm.call();
    expect(call.body).toMatchObject({ model: 'stub', stream: true });
    call.say('A ', 'hold', 'fast', '.');
    await stream.hasChunks(4);
    call.finish();
    await stream.end();
    expect(stream.text).toBe('A holdfast.');
    expect(stream.done).toMatchObject({
      id: `${stream.message}:11`,
      data: { status: 'completed', length: 11 },
    });
    expect(await call.closed).toBe('ended');
    const { body } = await alice.get(`/api/v1/chat/sessions/${session}/messages`);
    expect(body.messages).toMatchObject([
      { role: 'user', content: 'What holds kelp to the rock?', status: 'completed', is_streaming: false },
      { role: 'assistant', content: 'A holdfast.', status: 'completed', is_streaming: false, error: null },
    ]);
    expect(body.messages[1]!.reply_to).toBe(body.messages[0]!.id);
  });
});
