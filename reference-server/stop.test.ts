import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { House, SAVING, type TestServer } from './testing/house.ts';

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let server: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    house = await House.build({ persistence });
    server = await house.serve({ LEASE_MS: '1500' });
    other = await house.serve();
  });
  afterAll(() => house.tearDown());

  async function ask() {
    const stream = await server.alice.send(await server.alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    const id = stream.message;
    const stop = async (by: TestServer = server) =>
      (await by.alice.post(`/api/v1/chat/messages/${id}/stop`)).body;
    return { stream, call, id, stop };
  }

  test('a stop before the first chunk', async () => {
    const { stream, call, id, stop } = await ask();
    expect(await stop()).toEqual({ message_id: id, status: 'cancelled', length: 0 });
    expect(await call.closed).toBe('aborted');
    await stream.end();
    expect(stream.done!.data).toEqual({ status: 'cancelled', length: 0 });
  });

  test('a stop on the way keeps all that was delivered, saved or not, and closes the call', async () => {
    const { stream, call, id, stop } = await ask();
    call.say('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await stream.hasChunks(7);
    expect(await stop()).toEqual({ message_id: id, status: 'cancelled', length: 7 });
    expect(await house.row(id)).toMatchObject({
      status: 'cancelled',
      content: 'abcdefg',
      is_streaming: false,
    });
    expect(await call.closed).toBe('aborted');
    await stream.end();
    expect(stream.done!.data).toEqual({ status: 'cancelled', length: 7 });
    const late = await (await server.alice.resume(id)).end();
    expect([late.text, late.done!.data.status]).toEqual(['abcdefg', 'cancelled']);
  });

  test('two stops at once and one more get the same answer', async () => {
    const { stream, call, stop } = await ask();
    call.say('a');
    await stream.hasChunks(1);
    const [first, second] = await Promise.all([stop(), stop()]);
    expect([first.status, second, await stop()]).toEqual(['cancelled', first, first]);
    await stream.end();
    expect(stream.events.filter(({ event }) => event === 'done').length).toBe(1);
  });

  test('a stop that comes too late answers completed', async () => {
    const { stream, call, id, stop } = await ask();
    call.say('a').finish();
    await stream.end();
    expect(await stop()).toEqual({ message_id: id, status: 'completed', length: 1 });
    expect((await house.row(id)).status).toBe('completed');
  });

  test('a stop while the end is being saved answers what the row then is', async () => {
    const { stream, call, id, stop } = await ask();
    call.say('a');
    await stream.hasChunks(1);
    const unlock = await house.lock(id);
    call.finish();
    await house.somebodyWaits();
    const stopping = stop();
    await unlock();
    expect((await stopping).status).toBe('completed');
    await stream.end();
    expect(stream.done!.data.status).toBe('completed');
  });

  test('a race of end and stop has one winner, whom everybody names', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { stream, call, id, stop } = await ask();
      call.say('a', 'b');
      await stream.hasChunks(2);
      call.finish();
      const [stopped] = await Promise.all([stop(), stream.end()]);
      const row = await house.row(id);
      expect([stopped.status, stream.done!.data.status]).toEqual([row.status, row.status]);
      expect(row.content).toBe('ab');
    }
  });

  test('a stop on another instance holds, and the owner closes its call', async () => {
    const { stream, call, id, stop } = await ask();
    call.say('a', 'b', 'c', 'd', 'e');
    await house.rowThat(id, ({ content }) => content === 'abcde');
    expect(await stop(other)).toEqual({ message_id: id, status: 'cancelled', length: 5 });
    expect(await call.closed).toBe('aborted');
    await stream.end();
    expect(stream.done!.data).toEqual({ status: 'cancelled', length: 5 });
    expect(await house.row(id)).toMatchObject({ status: 'cancelled', content: 'abcde' });
  });
});
