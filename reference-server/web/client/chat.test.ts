/** The client against a server that breaks off wherever it hurts (docs/contract.md, "Rules for the page"). */
import { expect, test } from 'vitest';
import type { FakeAnswer } from './testing/fake-server.ts';
import { fakeServer, MemoryStore, TabLocks, TestPage } from './testing/page.ts';

const A = 'session-a';
const B = 'session-b';

/** A page that shows session A, in which a question was asked and named. */
async function asking(more: ConstructorParameters<typeof TestPage>[1] = {}) {
  const server = fakeServer();
  const page = new TestPage(server, more);
  page.chat.show(A);
  await page.until('the session is read', () => !page.conversation.isLoading);
  page.chat.send(A, 'Why?');
  await page.until('the answer is named', () => page.answer.id !== '');
  return { server, page, said: server.answers[0]! };
}

const grows = (texts: string[] = []) =>
  texts.every((text, index) => index === 0 || text.startsWith(texts[index - 1]!));

test('a question is sent, its answer comes chunk by chunk and ends by the word of the server', async () => {
  const { page, server, said } = await asking();
  expect(page.conversation.messages).toMatchObject([
    { key: 'key-0', id: 'question-0', role: 'user', text: 'Why?', phase: 'sent' },
    { id: 'answer-0', role: 'assistant', answers: 'key-0', phase: 'streaming', state: 'generating' },
  ]);
  said.say('Because ');
  await page.reads('Because ');
  said.say('');
  said.say('so.');
  await page.reads('Because so.');
  expect(page.conversation.isStreaming).toBe(true);
  said.end('completed');
  await page.ended('completed');
  expect(page.answer).toMatchObject({ phase: 'sent', problem: null, shortened: null });
  expect(page.shown.get(page.answer.key)).toEqual(['', 'Because ', 'Because so.']);
  expect([server.keys, server.cursors]).toEqual([['key-0'], []]);
});

test.each(['clean', 'broken'] as const)(
  'a connection that ends (%s) without the end of the answer is taken up where it was',
  async (how) => {
    const { page, server, said } = await asking();
    for (const text of ['one ', 'two ', 'three ']) {
      said.say(text);
      await page.reads(said.text);
      said.cut(how);
      await page.until('somebody reads again', () => said.readers === 1);
      expect(page.answer.phase).toBe('streaming');
    }
    said.say('four');
    await page.reads('one two three four');
    said.end('completed');
    await page.ended('completed');
    expect(server.cursors).toEqual(['answer-0:4', 'answer-0:8', 'answer-0:14']);
    expect(page.shown.get(page.answer.key)).toEqual(['', 'one ', 'one two ', 'one two three ', said.text]);
  },
);

test('what is said while the connection is away is there afterwards, once', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  server.next('GET /messages/answer-0/stream', 'unreachable');
  server.next('GET /messages/answer-0', 'unreachable');
  said.cut('broken');
  said.growUnheard('two ');
  await page.until('it is said to reconnect', () => page.chat.snapshot().connection === 'reconnecting');
  await page.reads('one two ');
  await page.until('somebody reads again', () => said.readers === 1);
  said.say('three');
  said.end('completed');
  await page.ended('completed');
  expect(page.answer.text).toBe('one two three');
  expect(page.chat.snapshot().connection).toBe('online');
  expect(grows(page.shown.get(page.answer.key))).toBe(true);
});

test('an answer is finished by a look at its row where its stream cannot be had', async () => {
  const { page, server, said } = await asking();
  for (let i = 0; i < 40; i++) server.next('GET /messages/answer-0/stream', { http: 503, code: 'BUSY' });
  said.say('one ');
  await page.reads('one ');
  said.cut('broken');
  said.growUnheard('two');
  await page.reads('one two');
  said.status = 'completed';
  await page.ended('completed');
  expect(page.answer.text).toBe('one two');
});

test('an answer that stays as it is, in its stream and in its row, is not finished', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  const looks = () => server.calls.filter((call) => call === 'GET /messages/answer-0').length;
  await page.until('it was asked for ten times', () => looks() >= 10);
  expect(page.answer).toMatchObject({ phase: 'streaming', state: 'generating' });
  expect(server.cursors).toEqual([]);
  said.say('two');
  said.end('completed');
  await page.ended('completed');
});

test('a stream that only keeps itself alive is reconnected once the row has grown without it', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  const pulse = setInterval(() => said.keepAlive(), 5);
  said.growUnheard('two ');
  await page
    .until('the stream was taken up again', () => server.cursors.length > 0)
    .finally(() => clearInterval(pulse));
  await page.until('somebody reads again', () => said.readers === 1);
  said.say('three');
  await page.reads('one two three');
});

test('a stream without a byte is given up', async () => {
  const { page, server, said } = await asking({ stallTimeout: 100, poll: 60_000 });
  said.say('one ');
  await page.reads('one ');
  await page.until('the stream was taken up again', () => server.cursors.length > 0);
  expect(server.cursors[0]).toBe('answer-0:4');
});

test('a call that is not answered is given up', async () => {
  const { page, server, said } = await asking({ stallTimeout: 100 });
  said.say('one ');
  await page.reads('one ');
  server.next('GET /messages/answer-0/stream', 'hangs');
  said.cut('broken');
  said.growUnheard('two');
  await page.reads('one two');
  await page.until('somebody reads again', () => said.readers === 1);
});

test('a question that does not get through is sent again, under the same key, and asked once', async () => {
  const server = fakeServer();
  server.next('POST /messages', 'unreachable');
  server.next('POST /messages', { http: 503, code: 'SHUTTING_DOWN' });
  const page = new TestPage(server);
  page.chat.show(A);
  page.chat.send(A, 'Why?');
  expect(page.conversation.messages.map(({ phase }) => phase)).toEqual(['sending', 'sending']);
  await page.until('the answer is named', () => page.answer.id !== '');
  expect(server.keys).toEqual(['key-0']);
  server.answers[0]!.cut('broken');
  server.answers[0]!.end('completed');
  await page.ended('completed');
  expect(server.answers).toHaveLength(1);
  expect(page.conversation.messages).toHaveLength(2);
});

test('a stream that breaks before the answer is named is asked for again by the question itself', async () => {
  const server = fakeServer();
  const page = new TestPage(server);
  server.next('POST /messages', 'hangs');
  page.chat.show(A);
  page.chat.send(A, 'Why?');
  await page.until('it is on its way', () => server.calls.includes('POST /messages'));
  page.chat.wake();
  await page.until('the answer is named', () => page.answer.id !== '');
  expect(server.keys).toEqual(['key-0']);
});

test('a question that is refused says so, and can be sent again', async () => {
  const server = fakeServer();
  server.next('POST /messages', { http: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  const page = new TestPage(server);
  page.chat.show(A);
  page.chat.send(A, 'Why?');
  await page.until('it failed', () => page.answer.phase === 'error');
  expect(page.conversation.messages).toMatchObject([
    { text: 'Why?', phase: 'error' },
    { phase: 'error', problem: { code: 'IDEMPOTENCY_KEY_REUSED' } },
  ]);
  page.chat.retry(A, page.answer);
  await page.until('the answer is named', () => page.answer.id !== '');
  expect(page.conversation.messages).toHaveLength(2);
});

test('an answer that failed keeps what there is, says why, and can be asked for anew', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  said.end('error');
  await page.ended('error');
  expect(page.answer).toMatchObject({ text: 'one ', phase: 'error', problem: { code: 'LLM_SILENT' } });
  page.chat.retry(A, page.answer);
  await page.until('a second answer is named', () => page.answers.length === 2 && page.answer.id !== '');
  expect(server.keys).toEqual(['key-0', 'key-1']);
  expect(page.answers[0]!.text).toBe('one ');
});

test('a page that loads shows what there is of an answer and goes on to its end', async () => {
  const server = fakeServer();
  const done = server.asked(A, 'Before?', 'Before.', 'completed');
  const said = server.asked(A, 'Why?', 'one ');
  const empty = server.asked(A, 'And?');
  const page = new TestPage(server);
  page.chat.show(A);
  await page.until(
    'all is read',
    () => page.answers.length === 3 && said.readers === 1 && empty.readers === 1,
  );
  expect(page.answers).toMatchObject([
    { text: 'Before.', phase: 'sent', state: 'completed' },
    { text: 'one ', phase: 'streaming', answers: said.question },
    { text: '', phase: 'streaming', state: 'generating' },
  ]);
  said.say('two');
  empty.say('three');
  said.end('completed');
  empty.end('cancelled');
  await page.until('both ended', () => !page.conversation.isStreaming);
  expect(page.answers.map(({ text, state }) => [text, state])).toEqual([
    [done.text, 'completed'],
    ['one two', 'completed'],
    ['three', 'cancelled'],
  ]);
  expect(server.cursors.sort()).toEqual(['answer-1:4', null]);
});

test('what a crash has cost is said, not hidden', async () => {
  const { page, server, said } = await asking();
  said.say('saved, lost');
  await page.reads('saved, lost');
  said.text = 'saved, ';
  said.status = 'error';
  said.cut('broken');
  await page.ended('error');
  expect(page.answer.text).toBe('saved, ');
  expect(page.answer.shortened).toMatch(/last 4 characters/);
  expect(server.cursors).toEqual(['answer-0:11']);
});

test('an end that tells of less than is held makes the row the truth', async () => {
  const { page, said } = await asking();
  said.say('saved, lost');
  await page.reads('saved, lost');
  said.text = 'saved, ';
  said.end('error');
  await page.ended('error');
  expect(page.answer).toMatchObject({ text: 'saved, ', shortened: expect.stringContaining('4 characters') });
});

test('a row that lags behind what was delivered takes nothing back', async () => {
  const { page, server, said } = await asking();
  said.say('one two');
  said.saved = 4;
  await page.reads('one two');
  await page.until('it was looked at', () => server.calls.includes('GET /messages/answer-0'));
  expect(page.answer).toMatchObject({ text: 'one two', shortened: null });
});

test('another session is shown at once, and the one left behind goes on without a stream', async () => {
  const { page, server, said } = await asking();
  server.asked(B, 'Other?', 'Other.', 'completed');
  said.say('one ');
  await page.reads('one ');
  page.chat.show(B);
  await page.until('B is read', () => page.answer?.text === 'Other.');
  await page.until('the stream of A is given back', () => said.readers === 0);
  expect(page.conversation.isStreaming).toBe(false);
  expect(page.chat.snapshot().conversations.get(A)!.isStreaming).toBe(true);
  said.growUnheard('two ');
  const behind = () => page.chat.snapshot().conversations.get(A)!.messages.at(-1)!.text;
  await page.until('A grows behind', () => behind() === 'one two ');
  page.chat.show(A);
  expect(page.answer.text).toBe('one two ');
  await page.until('A is streamed again', () => said.readers === 1);
  said.say('three');
  said.end('completed');
  await page.ended('completed');
  expect([page.answer.text, server.cursors]).toEqual(['one two three', ['answer-0:8']]);
});

test('switching away before the answer is named neither loses nor breaks off the question', async () => {
  const server = fakeServer();
  const page = new TestPage(server);
  page.chat.show(A);
  page.chat.send(A, 'Why?');
  page.chat.show(B);
  await page.until('the question arrived', () => server.answers.length === 1);
  server.answers[0]!.growUnheard('Because.');
  server.answers[0]!.status = 'completed';
  page.chat.show(A);
  await page.ended('completed');
  expect([page.answer.text, server.keys]).toEqual(['Because.', ['key-0']]);
});

test('a question that was under way when the page was left is sent under its key by the next one', async () => {
  const server = fakeServer();
  const store = new MemoryStore();
  server.next('POST /messages', 'hangs');
  const before = new TestPage(server, { store });
  before.chat.show(A);
  before.chat.send(A, 'Why?');
  await before.until('it is under way', () => server.calls.includes('POST /messages'));
  before.chat.close();

  const page = new TestPage(server, { store });
  page.chat.show(A);
  await page.until('the answer is named', () => page.answer?.id === 'answer-0');
  expect([server.keys, page.conversation.messages.length]).toEqual([['key-0'], 2]);
});

test('a question that had arrived when the page was left is shown once', async () => {
  const { page: before, server, said } = await asking();
  const store = new MemoryStore();
  store.setItem('chat-outbox', JSON.stringify([{ session: A, content: 'Why?', key: 'key-0' }]));
  before.chat.close();
  said.growUnheard('Because.');

  const page = new TestPage(server, { store });
  page.chat.show(A);
  await page.reads('Because.');
  expect(page.conversation.messages.map(({ id }) => id)).toEqual(['question-0', 'answer-0']);
  expect(server.answers).toHaveLength(1);
  expect(store.getItem('chat-outbox')).toBe('[]');
});

test('tabs share four streams, and who has none asks instead', async () => {
  const server = fakeServer();
  const locks = new TabLocks();
  const answers = Array.from({ length: 5 }, (_, index) => server.asked(`session-${index}`, 'Why?', 'one '));
  const pages: TestPage[] = [];
  for (const { session } of answers) {
    const page = new TestPage(server, { locks });
    page.chat.show(session);
    await page.reads('one ');
    if (pages.push(page) < 5) await page.until('it streams', () => answers[pages.length - 1]!.readers === 1);
  }
  const [last, fifth] = [answers[4]!, pages[4]!];
  last.growUnheard('two ');
  await fifth.reads('one two ');
  expect(last.readers).toBe(0);
  answers[0]!.end('completed');
  await fifth.until('the slot that came free is taken', () => last.readers === 1);
});

test('what comes twice is there once, and a gap is not papered over', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  said.write(`event: chunk\nid: answer-0:4\ndata: {"text":"one ","index":0}\n\n`);
  said.write(`event: chunk\nid: answer-0:6\ndata: {"text":"e tw","index":0}\n\n`);
  await page.reads('one tw');
  said.text = 'one two three';
  said.write(`event: chunk\nid: answer-0:13\ndata: {"text":"three","index":0}\n\n`);
  await page.reads('one two three');
  expect(server.cursors).toEqual(['answer-0:6']);
  expect(grows(page.shown.get(page.answer.key))).toBe(true);
});

test('characters that come in pieces are put together', async () => {
  const { page, said } = await asking();
  said.text = 'kelp 🌊 😀';
  const frame = new TextEncoder().encode(
    `event: chunk\nid: answer-0:${said.text.length}\ndata: {"text":"${said.text}","index":0}\n\n`,
  );
  for (const byte of frame) said.write(Uint8Array.of(byte));
  await page.reads('kelp 🌊 😀');
});

test('an answer that the server no longer knows is lost, and that is said', async () => {
  const { page, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  said.isKnown = false;
  said.cut('broken');
  await page.until('it is given up', () => page.answer.phase === 'error');
  expect(page.answer).toMatchObject({ text: 'one ', problem: { code: 'ANSWER_LOST' } });
});

test('an answer is stopped by the server, and a stop that is refused says why', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  server.next('POST /messages/answer-0/stop', { http: 501, code: 'STOP_UNSUPPORTED' });
  await page.chat.stop(page.answer);
  expect(page.chat.snapshot().problem?.code).toBe('STOP_UNSUPPORTED');
  await page.chat.stop(page.answer);
  await page.ended('cancelled');
  expect(page.answer).toMatchObject({ text: 'one ', phase: 'sent' });
  expect(page.chat.snapshot().problem).toBe(null);
});

test('the word that the network is back takes every stream up anew, at once', async () => {
  const { page, server, said } = await asking({ poll: 60_000, stallTimeout: 60_000 });
  said.say('one ');
  await page.reads('one ');
  said.growUnheard('two');
  page.chat.wake();
  await page.reads('one two');
  expect(server.cursors).toEqual(['answer-0:4']);
  expect(page.marks).toEqual(['chat:reconnect', 'chat:first-new-chunk']);
});

test('what fails right after that word is tried again soon, however often it had failed before', async () => {
  const pauses: number[] = [];
  const { page, server, said } = await asking({
    poll: 60_000,
    stallTimeout: 60_000,
    change: (parts) => ({
      ...parts,
      pause(inVain, poll) {
        pauses.push(inVain);
        return parts.pause(inVain, poll);
      },
    }),
  });
  said.say('one ');
  await page.reads('one ');
  // A stream and a look behind it, twice before the word and once after it.
  for (let n = 0; n < 6; n++) server.next('GET /messages/', 'unreachable');
  said.cut('broken');
  await page.until('it has failed twice', () => pauses.length === 2);
  page.chat.wake();
  await page.until('it has failed again', () => pauses.length === 3);
  said.growUnheard('two');
  await page.reads('one two');
  expect(pauses).toEqual([1, 2, 1]);
});

test('a session that is not there says so; one that cannot be read is read until it can', async () => {
  const server = fakeServer();
  server.next(`GET /sessions/${A}`, { http: 404, code: 'SESSION_NOT_FOUND' });
  server.next(`GET /sessions/${B}`, 'unreachable');
  server.next(`GET /sessions/${B}`, { http: 503, code: 'DATABASE_UNAVAILABLE' });
  server.asked(B, 'Other?', 'Other.', 'completed');
  const page = new TestPage(server);
  page.chat.show(A);
  await page.until('it is told', () => page.conversation.problem?.code === 'SESSION_NOT_FOUND');
  page.chat.show(B);
  await page.reads('Other.');
  expect(page.conversation.problem).toBe(null);
});

test('two answers of one session go on side by side', async () => {
  const { page, server, said } = await asking();
  page.chat.send(A, 'And?');
  await page.until('the second is named', () => page.answers.length === 2 && page.answer.id !== '');
  const other = server.answers[1] as FakeAnswer;
  said.say('one');
  other.say('two');
  other.end('completed');
  await page.until('the second ended', () => page.answer.state === 'completed');
  expect(page.conversation.isStreaming).toBe(true);
  said.end('completed');
  await page.until('both ended', () => !page.conversation.isStreaming);
  expect(page.answers.map(({ text }) => text)).toEqual(['one', 'two']);
});

/** The first of these calls is answered when the test says so, the others at once. */
function firstHeldUp<A extends unknown[], T>(call: (...args: A) => Promise<T>) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  return {
    release: resolve,
    async call(...args: A): Promise<T> {
      const isFirst = calls++ === 0;
      const answer = await call(...args);
      if (isFirst) await promise;
      return answer;
    },
  };
}

test('what one user asked for is nothing to the next, though it comes when he is there', async () => {
  const server = fakeServer();
  server.asked(A, 'Whose?', 'hers').status = 'completed';
  const lists = [['hers'], ['his']];
  let release = () => {};
  const page = new TestPage(server, {
    change(parts) {
      const messages = firstHeldUp(parts.api.messages);
      const sessions = firstHeldUp(async () =>
        lists.shift()!.map((id) => ({ id, title: null, created_at: '2026-01-01T00:00:00Z' })),
      );
      release = () => {
        messages.release();
        sessions.release();
      };
      return { ...parts, api: { ...parts.api, messages: messages.call, sessions: sessions.call } };
    },
  });
  const hers = [page.chat.loadSessions()];
  page.chat.show(A);
  await page.until('she has asked', () => server.calls.length === 1);
  page.chat.close();
  server.next(`GET /sessions/${A}/messages`, { http: 404, code: 'SESSION_NOT_FOUND' });
  await page.chat.loadSessions();
  page.chat.show(A);
  await page.until('he is told', () => page.conversation.problem !== null);
  release();
  await Promise.all(hers);
  await page.until('nothing is under way', () => !page.conversation.isLoading);
  expect(page.conversation).toMatchObject({ messages: [], problem: { code: 'SESSION_NOT_FOUND' } });
  expect(page.shown.size).toBe(0);
  expect(page.chat.snapshot().sessions?.map(({ id }) => id)).toEqual(['his']);
});

test('who comes back follows his answer, whatever the page of before still waits for', async () => {
  const { page, server, said } = await asking();
  said.say('one ');
  await page.reads('one ');
  server.next('GET /messages/answer-0/stream', { http: 503, code: 'BUSY' });
  server.next('GET /messages/answer-0', 'hangs');
  said.cut('broken');
  await page.until('a look hangs', () => server.calls.at(-1) === 'GET /messages/answer-0');
  page.chat.close();
  page.chat.show(A);
  await page.until('somebody reads again', () => said.readers === 1);
  said.say('two');
  said.end('completed');
  await page.ended('completed');
  expect(page.answer.text).toBe('one two');
});
