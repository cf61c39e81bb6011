import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stream } from './testing/client.ts';
import { House, SAVING, type TestServer } from './testing/house.ts';
import type { StubCall } from './testing/stub-llm.ts';

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let server: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    house = await House.build({ persistence });
    server = await house.serve();
    other = await house.serve({ CHECKPOINT_MS: '100' });
  });
  afterAll(() => house.tearDown());

  async function ask(by: TestServer = server): Promise<{ stream: Stream; call: StubCall; id: string }> {
    const stream = await by.alice.send(await by.alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    return { stream, call, id: stream.message };
  }

  const DELTAS = ['Ho', 'ld', '', 'f😀', 'ast', ' \u2028', 'é', 'עב', '\n\ndata: x', '', 'y'];
  const TEXT = DELTAS.join('');
  /** Every length at which the text can be cut between two characters. */
  const CUTS = Array.from({ length: TEXT.length + 1 }, (_, length) => length).filter((length) =>
    TEXT.slice(0, length).isWellFormed(),
  );

  test('from every place of a running answer: what is missing, then live, then the end', async () => {
    const { stream, call, id } = await ask();
    call.say(...DELTAS.slice(0, 8));
    await stream.hasChunks(8);
    const early = CUTS.filter((length) => length <= stream.text.length);
    const readers = await Promise.all(early.map((length) => server.alice.resume(id, `${id}:${length}`)));
    call.say(...DELTAS.slice(8)).finish();
    await Promise.all([stream, ...readers].map((reader) => reader.end()));
    expect(stream.text).toBe(TEXT);
    for (const [i, reader] of readers.entries()) {
      expect(TEXT.slice(0, early[i]) + reader.text).toBe(TEXT);
      expect(reader.events.filter(({ event }) => event === 'done').length).toBe(1);
      expect(reader.done!.data).toEqual({ status: 'completed', length: TEXT.length });
      // The live chunks come one by one, each with its own index.
      expect(reader.chunks.slice(-3).map(({ data }) => data.index)).toEqual([8, 9, 10]);
    }
  });

  test('from every place of a finished answer, by header and by query', async () => {
    const { stream, call, id } = await ask();
    call.say(...DELTAS).finish();
    await stream.end();
    for (const length of CUTS) {
      const cursor = `${id}:${length}`;
      const byHeader = await (await server.alice.resume(id, cursor)).end();
      const byQuery = await (
        await server.alice.open('GET', `/api/v1/chat/messages/${id}/stream?after=${cursor}`)
      ).end();
      expect(byHeader.text).toBe(TEXT.slice(length));
      expect(byQuery.events).toEqual(byHeader.events);
      expect(byHeader.events.length).toBe(length < TEXT.length ? 2 : 1);
    }
    const whole = await (await server.alice.resume(id)).end();
    expect(whole.chunks).toMatchObject([
      { id: `${id}:${TEXT.length}`, data: { text: TEXT, index: DELTAS.length - 1 } },
    ]);
  });

  test('an empty header counts as none', async () => {
    const { stream, call, id } = await ask();
    call.say('abc').finish();
    await stream.end();
    const resume = (query: string) =>
      server.alice.open('GET', `/api/v1/chat/messages/${id}/stream${query}`, undefined, {
        'last-event-id': '',
      });
    expect((await (await resume('')).end()).text).toBe('abc');
    expect((await (await resume(`?after=${id}:1`)).end()).text).toBe('bc');
  });

  test('HEAD answers what GET would, and opens no stream', async () => {
    const { stream, call, id } = await ask();
    const head = async (query: string) => {
      const answer = await server.alice.open('HEAD', `/api/v1/chat/messages/${id}/stream${query}`);
      await answer.end();
      return [answer.status, answer.isStream, answer.ended];
    };
    call.say('abc');
    await stream.hasChunks(1);
    expect(await head('')).toEqual([200, true, 'clean']);
    expect(await head(`?after=${id}:4`)).toEqual([416, false, 'clean']);
    call.finish();
    await stream.end();
    expect(await head('')).toEqual([200, true, 'clean']);
  });

  test('the header wins over the query', async () => {
    const { stream, call, id } = await ask();
    call.say('abc').finish();
    await stream.end();
    const path = `/api/v1/chat/messages/${id}/stream?after=${id}:0`;
    const resumed = await (
      await server.alice.open('GET', path, undefined, { 'last-event-id': `${id}:2` })
    ).end();
    expect(resumed.text).toBe('c');
  });

  test.each(['running', 'finished'])(
    'cursors that are no place in a %s answer are refused',
    async (state) => {
      const { stream, call, id } = await ask();
      call.say('a😀b');
      await stream.hasChunks(1);
      if (state === 'finished') {
        call.finish();
        await stream.end();
      }
      const foreign = '00000000-0000-4000-8000-000000000000';
      for (const [cursor, status, code] of [
        ['', 400, 'CURSOR_MALFORMED'],
        ['7', 400, 'CURSOR_MALFORMED'],
        [`${id}`, 400, 'CURSOR_MALFORMED'],
        [`${id}:-1`, 400, 'CURSOR_MALFORMED'],
        [`${id}:01`, 400, 'CURSOR_MALFORMED'],
        [`${id}:1.5`, 400, 'CURSOR_MALFORMED'],
        [`${id}:99999999999999999999`, 400, 'CURSOR_MALFORMED'],
        [`${id}:2`, 400, 'CURSOR_MALFORMED'],
        [`${foreign}:1`, 409, 'CURSOR_FOREIGN'],
        [`${id}:5`, 416, 'CURSOR_PAST_END'],
      ] as const) {
        const answer = await server.alice.get(
          `/api/v1/chat/messages/${id}/stream?after=${encodeURIComponent(cursor)}`,
        );
        expect([cursor, answer.status, answer.body.error.code]).toEqual([cursor, status, code]);
        if (status === 416) expect(answer.body.error.length).toBe(4);
      }
      const twice = await server.alice.get(`/api/v1/chat/messages/${id}/stream?after=${id}:0&after=${id}:1`);
      expect(twice.body.error.code).toBe('CURSOR_MALFORMED');
      if (state === 'running') call.finish();
      await stream.end();
    },
  );

  test('what is saved but not delivered yet can be resumed from', async () => {
    const { stream, call, id } = await ask();
    const unlock = await house.lock(id);
    call.say(...DELTAS);
    await stream.hasChunks(5);
    await house.somebodyWaits();
    // All is taken in, five chunks are delivered; the reader holds more than that.
    const place = DELTAS.slice(0, 9).join('').length;
    const ahead = await server.alice.resume(id, `${id}:${place}`);
    expect(ahead.status).toBe(200);
    await unlock();
    call.finish();
    await Promise.all([ahead.end(), stream.end()]);
    expect(ahead.text).toBe(TEXT.slice(place));
  });

  /** While nobody can look anything up. */
  async function lockedOut(look: () => Promise<void>): Promise<void> {
    const client = await house.db.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE ai_chat_messages, ai_chat_sessions IN ACCESS EXCLUSIVE MODE');
    await look();
    await client.query('COMMIT');
    client.release();
  }

  test('one that runs here is resumed while the database answers nobody', async () => {
    const { stream, call, id } = await ask();
    call.say(...DELTAS.slice(0, 2));
    await stream.hasChunks(2);
    await lockedOut(async () => {
      const back = await (await server.alice.resume(id, stream.chunks[0]!.id)).hasChunks(1);
      expect(back.text).toBe(DELTAS[1]);
    });
    call.finish();
    await stream.end();
  });

  test('and so is one that has just ended here, with its end, by whom it belongs to', async () => {
    const { stream, call, id } = await ask();
    call.say(...DELTAS).finish();
    await stream.end();
    await lockedOut(async () => {
      for (const length of CUTS) {
        const back = await (await server.alice.resume(id, `${id}:${length}`)).end();
        expect(back.text).toBe(TEXT.slice(length));
        expect(back.done!.data).toEqual({ status: 'completed', length: TEXT.length });
      }
    });
    expect((await server.bob.resume(id, `${id}:1`)).status).toBe(404);
  });

  test('an answer that another instance produces is followed through the database', async () => {
    const { stream, call, id } = await ask(other);
    call.say('a', 'b');
    await house.rowThat(id, ({ content }) => content === 'ab');
    const elsewhere = await (await server.alice.resume(id, `${id}:1`)).hasChunks(1);
    expect(elsewhere.chunks[0]).toMatchObject({ id: `${id}:2`, data: { text: 'b', index: 1 } });
    call.say('c', 'd', 'e');
    await elsewhere.until(({ text }) => text === 'bcde');
    call.say('f').finish();
    await Promise.all([stream.end(), elsewhere.end()]);
    expect(elsewhere.text).toBe('bcdef');
    expect(elsewhere.done!.data).toEqual(stream.done!.data);
  });

  test('a cursor a little ahead of what another instance has saved is waited for', async () => {
    const patient = await house.serve();
    const { stream, call, id } = await ask();
    call.say('a', 'b');
    await stream.hasChunks(2);
    const resuming = patient.alice.resume(id, stream.chunks[1]!.id);
    call.say('c', 'd', 'e');
    const elsewhere = await resuming;
    call.finish();
    await Promise.all([stream.end(), elsewhere.end()]);
    expect(elsewhere.text).toBe('cde');
  });

  test('a cursor past what another instance can have is refused', async () => {
    const { stream, call, id } = await ask();
    const answer = await other.alice.get(`/api/v1/chat/messages/${id}/stream?after=${id}:99`);
    expect([answer.status, answer.body.error.code, answer.body.error.length]).toEqual([
      416,
      'CURSOR_PAST_END',
      0,
    ]);
    call.finish();
    await stream.end();
  });

  const LARGE = 'x'.repeat(1 << 18);

  test('a reader that does not keep up gets everything, in fewer events', async () => {
    const patient = await house.serve({ CHECKPOINT_CHUNKS: '10000' });
    const { stream, call, id } = await ask(patient);
    const slow = await patient.alice.resume(id);
    slow.pause();
    for (let i = 0; i < 64; i += 1) {
      call.say(LARGE);
      await stream.hasChunks(i + 1);
    }
    call.finish();
    await stream.end();
    slow.unpause();
    await slow.end();
    expect(slow.text).toBe(stream.text);
    expect(slow.chunks.length).toBeLessThan(stream.chunks.length);
    expect(slow.done!.data.status).toBe('completed');
  });

  test('a reader that takes nothing for long is cut, and can resume', async () => {
    const strict = await house.serve({ CHECKPOINT_CHUNKS: '10000', READER_TIMEOUT_MS: '300' });
    const { stream, call, id } = await ask(strict);
    stream.pause();
    call.say(...Array.from({ length: 64 }, () => LARGE)).finish();
    await house.rowThat(id, ({ status }) => status === 'completed');
    await strict.logged(({ path, complete }) => path === '/api/v1/chat/messages' && complete === false);
    stream.unpause();
    await stream.end();
    expect([stream.ended, stream.done]).toEqual(['cut', undefined]);
    const rest = await (await strict.alice.resume(id, stream.events.at(-1)!.id)).end();
    expect((stream.text + rest.text).length).toBe(64 * LARGE.length);
  });

  test('comments keep a silent connection alive', async () => {
    const chatty = await house.serve({ KEEP_ALIVE_MS: '10' });
    const { stream, call } = await ask(chatty);
    await stream.until(({ comments }) => comments >= 3);
    call.finish();
    await stream.end();
  });
});
