import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stream } from '../testing/client.ts';
import { House, SAVING, type TestServer } from '../testing/house.ts';
import type { StubCall, StubLlm } from '../testing/stub-llm.ts';

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let server: TestServer;
  beforeAll(async () => {
    house = await House.build({ persistence });
    server = await house.serve();
  });
  afterAll(() => house.tearDown());

  async function ask(
    by: TestServer = server,
  ): Promise<{ session: string; stream: Stream; call: StubCall; id: string }> {
    const session = await by.alice.session();
    const stream = await by.alice.send(session, 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    return { session, stream, call, id: stream.message };
  }

  const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i} `);

  test('both rows are there while the LLM has not answered yet', async () => {
    const { session, call, id, stream } = await ask();
    const { body } = await server.alice.get(`/api/v1/chat/sessions/${session}/messages`);
    expect(body.messages).toMatchObject([
      { role: 'user', content: 'question' },
      { role: 'assistant', content: '', status: 'generating', is_streaming: true },
    ]);
    const status = await server.alice.get(`/api/v1/chat/sessions/${session}/status`);
    expect(status.body).toMatchObject({
      has_active_generation: true,
      generating_message_id: id,
      partial_content: '',
    });
    call.finish();
    await stream.end();
    const idle = await server.alice.get(`/api/v1/chat/sessions/${session}/status`);
    expect(idle.body).toEqual({
      has_active_generation: false,
      generating_message_id: null,
      partial_content: null,
      last_updated: null,
      active: [],
    });
  });

  test('what a reader has and the database lacks never exceeds the interval', async () => {
    const { stream, call, id } = await ask();
    for (const [i, word] of words(23).entries()) {
      call.say(word);
      await stream.hasChunks(i + 1);
      expect(stream.chunks.at(-1)).toMatchObject({
        id: `${id}:${stream.text.length}`,
        data: { text: word, index: i },
      });
      const row = await house.row(id);
      expect(i + 1 - Number(row.chunk_count)).toBeLessThanOrEqual(5);
      expect(stream.text.startsWith(row.content)).toBe(true);
    }
    call.finish();
    await stream.end();
  });

  test('delivery waits for a save that cannot land', async () => {
    const { stream, call, id } = await ask();
    const unlock = await house.lock(id);
    call.say(...words(12));
    await stream.hasChunks(5);
    await house.somebodyWaits();
    const taken = words(12).join('').length;
    for (;;) {
      const { body } = await server.alice.get(`/api/v1/chat/messages/${id}/stream?after=${id}:9999`);
      if (body.error.length === taken) break;
    }
    // All twelve have been taken in, and a reader that comes now gets five.
    const second = await (await server.alice.resume(id)).hasChunks(1);
    expect(second.chunks[0]!.data).toEqual({ text: words(5).join(''), index: 4 });
    expect(stream.chunks.length).toBe(5);
    await unlock();
    await stream.hasChunks(12);
    await second.until(({ text }) => text.length === taken);
    call.finish();
    await stream.end();
    expect(stream.text).toBe(words(12).join(''));
  });

  test('fewer chunks than the interval are saved after a time', async () => {
    const quick = await house.serve({ CHECKPOINT_MS: '30' });
    const { call, id, stream } = await ask(quick);
    call.say('a', 'b');
    expect((await house.rowThat(id, (row) => row.chunk_count === 2)).content).toBe('ab');
    call.say('c');
    await house.rowThat(id, (row) => row.content === 'abc');
    call.finish();
    await stream.end();
  });

  test('the end is announced when it is saved, and not before', async () => {
    const { call, id, stream } = await ask();
    call.say('a', 'b');
    await stream.hasChunks(2);
    const unlock = await house.lock(id);
    call.finish();
    await house.somebodyWaits();
    const second = await (await server.alice.resume(id)).hasChunks(1);
    expect([stream.done, second.done]).toEqual([undefined, undefined]);
    expect((await house.row(id)).status).toBe('generating');
    await unlock();
    await stream.until(({ done }) => done !== undefined);
    expect(await house.row(id)).toMatchObject({
      status: 'completed',
      content: 'ab',
      is_streaming: false,
      lease_owner: null,
    });
    await second.end();
    expect(second.done!.data.status).toBe('completed');
  });

  test('a reader that goes away stops nothing', async () => {
    const { call, id, stream } = await ask();
    call.say('a');
    await stream.hasChunks(1);
    stream.close();
    call.say('b', 'c', 'd', 'e', 'f').finish();
    expect((await house.rowThat(id, ({ status }) => status !== 'generating')).content).toBe('abcdef');
  });

  test('split characters come whole to readers and into the database', async () => {
    const { call, id, stream } = await ask();
    call.say('a\ud83d', '\ude00b', 'c\ud83d', '\ude00', '\0', '\ud83d').finish();
    await stream.end();
    const expected = 'a😀bc😀\ufffd\ufffd';
    expect(stream.text).toBe(expected);
    expect(await house.row(id)).toMatchObject({ content: expected, chunk_count: 6 });
    expect(stream.done!.data.length).toBe(expected.length);
  });

  test('empty deltas are chunks, role and usage are none', async () => {
    const { call, stream } = await ask();
    call.send({ choices: [{ index: 0, delta: { role: 'assistant' } }] });
    call.say('', 'a', '').send({ choices: [], usage: { total_tokens: 3 } });
    call.finish();
    await stream.end();
    expect(stream.chunks.map(({ data }) => data)).toEqual([
      { text: '', index: 0 },
      { text: 'a', index: 1 },
      { text: '', index: 2 },
    ]);
  });

  test('an answer is complete with its finish_reason, whatever becomes of the connection', async () => {
    const { call, stream } = await ask();
    call.say('a').send({ choices: [{ index: 0, delta: { content: 'b' }, finish_reason: 'stop' }] });
    await stream.hasChunks(2);
    call.break();
    await stream.end();
    expect(stream.done!.data).toEqual({ status: 'completed', length: 2 });
  });

  test('several generations of one session run side by side', async () => {
    const session = await server.alice.session();
    const streams = await Promise.all(
      ['one', 'two', 'three'].map((question) => server.alice.send(session, question)),
    );
    const calls = await Promise.all(streams.map(() => house.llm.call()));
    const questions = calls.map((call) => call.body.messages.at(-1)!.content);
    expect(questions.toSorted()).toEqual(['one', 'three', 'two']);
    for (const part of [0, 1, 2, 3, 4, 5, 6]) {
      for (const [i, call] of calls.entries()) call.say(`${questions[i]}${part} `);
    }
    await Promise.all(streams.map((stream) => stream.hasChunks(7)));
    const { body } = await server.alice.get(`/api/v1/chat/sessions/${session}/status`);
    expect(body.active.length).toBe(3);
    expect(body.generating_message_id).toBe(body.active.at(-1)!.message_id);
    for (const call of calls) call.finish();
    await Promise.all(streams.map((stream) => stream.end()));
    for (const [i, question] of ['one', 'two', 'three'].entries()) {
      expect(streams[i]!.text).toBe([0, 1, 2, 3, 4, 5, 6].map((part) => `${question}${part} `).join(''));
    }
  });

  test('the LLM gets the conversation, without answers that are still being written', async () => {
    const { session, call, stream } = await ask();
    call.say('first answer').finish();
    await stream.end();
    const writing = await server.alice.send(session, 'second');
    const second = await house.llm.call();
    second.say(...words(5));
    await writing.hasChunks(5);
    await house.rowThat(writing.message, ({ content }) => content !== '');
    const third = await server.alice.send(session, 'third');
    const asked = await house.llm.call();
    expect(asked.body.messages).toEqual([
      { role: 'user', content: 'question' },
      { role: 'assistant', content: 'first answer' },
      { role: 'user', content: 'second' },
      { role: 'user', content: 'third' },
    ]);
    second.finish();
    asked.finish();
    await Promise.all([writing.end(), third.end()]);
  });

  test.each<[string, (call: StubCall) => void, string]>([
    ['refuses', (call) => call.refuse(500), 'LLM_REFUSED'],
    [
      'reports an error on the way',
      (call) => call.say('a').send({ error: { message: 'overloaded' } }),
      'LLM_REFUSED',
    ],
    ['breaks off', (call) => call.say('a').break(), 'LLM_UNREACHABLE'],
    ['ends without the words that end an answer', (call) => call.say('a').end(), 'LLM_ENDED_EARLY'],
    ['sends half an event', (call) => call.say('a').raw('data: {"choi').end(), 'LLM_ENDED_EARLY'],
    ['sends what is not JSON', (call) => call.say('a').raw('data: {oops}\n\n'), 'LLM_MALFORMED'],
    ['sends JSON of another kind', (call) => call.say('a').raw('data: {"a":1}\n\n'), 'LLM_MALFORMED'],
    ['sends what is not UTF-8', (call) => call.say('a').raw(Buffer.from([0xff, 0x0a])), 'LLM_MALFORMED'],
  ])('an LLM that %s makes an error, and the partial stays', async (_, fail, code) => {
    const { call, id, stream } = await ask();
    fail(call);
    await stream.end();
    expect(stream.done!.data).toMatchObject({ status: 'error', length: stream.text.length, error: { code } });
    expect(await house.row(id)).toMatchObject({
      status: 'error',
      error_code: code,
      content: stream.text,
      is_streaming: false,
    });
    const again = await (await server.alice.resume(id)).end();
    expect(again.done!.data).toEqual(stream.done!.data);
    await call.closed;
  });

  test('an LLM that cannot be reached makes an error', async () => {
    const closed: StubLlm = await (await import('../testing/stub-llm.ts')).StubLlm.start();
    const url = closed.url;
    await closed.close();
    const alone = await house.serve({ LLM_BASE_URL: url });
    const stream = await (await alone.alice.send(await alone.alice.session(), 'question')).end();
    expect(stream.done!.data).toMatchObject({ status: 'error', error: { code: 'LLM_UNREACHABLE' } });
  });

  test.each([
    ['nothing', (call: StubCall) => call],
    ['comments only', (call: StubCall) => call.say('a').raw(': still there\n\n')],
  ])('an LLM that sends %s for too long makes an error, and its call is closed', async (_, speak) => {
    const impatient = await house.serve({ LLM_IDLE_TIMEOUT_MS: '500' });
    const { call, stream } = await ask(impatient);
    speak(call);
    await stream.end();
    expect(stream.done!.data).toMatchObject({ status: 'error', error: { code: 'LLM_SILENT' } });
    expect(await call.closed).toBe('aborted');
  });
});
