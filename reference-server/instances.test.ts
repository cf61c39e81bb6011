import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Signals } from './store/signals.ts';
import { House, SAVING, type TestServer } from './testing/house.ts';

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let owner: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    house = await House.build({ persistence });
    // Nothing is saved by time, nor found out by a heartbeat: what comes in these tests comes by the words between them.
    owner = await house.serve();
    other = await house.serve();
  });
  afterAll(() => house.tearDown());

  async function ask(asked = owner) {
    const stream = await asked.alice.send(await asked.alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    return { stream, call, id: stream.message };
  }

  test('a reader on another instance gets chunks before the interval is full', async () => {
    const { call, id, stream } = await ask();
    call.say('a', 'b');
    await stream.hasChunks(2);
    expect((await house.row(id)).content).toBe('');
    const reader = await other.alice.resume(id, `${id}:0`);
    await reader.until(({ text }) => text === 'ab');
    call.say('c');
    await reader.until(({ text }) => text === 'abc');
    // A cursor of the owner's is ahead of what is saved.
    call.say('d');
    await stream.hasChunks(4);
    const second = await other.alice.resume(id, stream.chunks.at(-1)!.id);
    call.say('e').finish();
    await Promise.all([reader.end(), second.end()]);
    expect([reader.text, second.text]).toEqual(['abcde', 'e']);
    expect(reader.done!.data).toEqual({ status: 'completed', length: 5 });
  });

  test('a stop on another instance reaches the owner at once', async () => {
    const { stream, call, id } = await ask();
    call.say('a');
    await stream.hasChunks(1);
    await other.alice.post(`/api/v1/chat/messages/${id}/stop`);
    expect(await call.closed).toBe('aborted');
    await stream.end();
    expect(stream.done!.data.status).toBe('cancelled');
  });

  test('an instance that lost the connection on which it listens hears again', async () => {
    await house.db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
    );
    await house.listening(2);
    const { call, id, stream } = await ask();
    call.say('a');
    await stream.hasChunks(1);
    const reader = await (await other.alice.resume(id)).hasChunks(1);
    call.finish();
    await reader.end();
    expect(reader.text).toBe('a');
  });

  test('where every word between them is lost, a reader elsewhere gets all, and a stop takes effect', async () => {
    const told = vi.spyOn(Signals.prototype, 'tell').mockImplementation(() => {});
    onTestFinished(() => told.mockRestore());
    const saving = await house.serve({ CHECKPOINT_MS: '100', LEASE_MS: '2000' });
    const { call, id, stream } = await ask(saving);
    call.say('a', 'b');
    await stream.hasChunks(2);
    const reader = await other.alice.resume(id, `${id}:0`);
    await reader.until(({ text }) => text === 'ab');
    call.say('c', 'd', 'e', 'f');
    await reader.until(({ text }) => text === 'abcdef');
    const late = await other.alice.resume(id, stream.chunks[1]!.id);
    call.say('g').finish();
    await Promise.all([reader.end(), late.end()]);
    expect([reader.text, late.text]).toEqual(['abcdefg', 'cdefg']);
    expect(reader.done!.data).toEqual({ status: 'completed', length: 7 });
    expect(told).toHaveBeenCalledWith('follow', id);

    const stopped = await ask(saving);
    stopped.call.say('a');
    await house.rowThat(stopped.id, ({ content }) => content === 'a');
    await other.alice.post(`/api/v1/chat/messages/${stopped.id}/stop`);
    // Its owner finds out at its next heartbeat.
    expect(await stopped.call.closed).toBe('aborted');
    await stopped.stream.end();
    expect(stopped.stream.done!.data).toMatchObject({ status: 'cancelled', length: 1 });
    expect(told).toHaveBeenCalledWith('taken', stopped.id);
  });
});
