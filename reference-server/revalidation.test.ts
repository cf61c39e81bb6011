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

  const ask = (path: string, etag?: string, token = 'alice-token') =>
    fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(etag && { 'if-none-match': etag }) },
    });

  /** An answer of which five chunks are saved, and where it can be asked for. */
  async function underWay() {
    const { alice } = server;
    const session = await alice.session();
    const stream = await alice.send(session, 'question');
    const call = await house.llm.call();
    call.say('1', '2', '3', '4', '5');
    await stream.hasChunks(5);
    await house.rowThat(stream.message, ({ content }) => content === '12345');
    const sessionPath = `/api/v1/chat/sessions/${session}`;
    const paths = [
      `${sessionPath}/status`,
      `${sessionPath}/messages`,
      `/api/v1/chat/messages/${stream.message}`,
    ];
    return { stream, call, paths };
  }

  test('what has not changed is told by 304, each change by another tag and all of the answer', async () => {
    const { stream, call, paths } = await underWay();
    const held = await Promise.all(paths.map(async (path) => (await ask(path)).headers.get('etag')!));
    for (const [i, path] of paths.entries()) {
      const again = await ask(path, `"other", W/${held[i]}`);
      expect([path, again.status, await again.text()]).toEqual([path, 304, '']);
      expect(again.headers.get('cache-control')).toBe('private, no-cache');
    }
    call.say('6', '7', '8', '9', '0');
    await house.rowThat(stream.message, ({ content }) => content === '1234567890');
    for (const [i, path] of paths.entries()) {
      const changed = await ask(path, held[i]);
      expect(changed.status).toBe(200);
      expect(await changed.text()).toContain('"1234567890"');
      held[i] = changed.headers.get('etag')!;
      expect((await ask(path, held[i])).status).toBe(304);
    }
    call.finish();
    await stream.end();
    for (const [i, path] of paths.entries()) expect((await ask(path, held[i])).status).toBe(200);
  });

  test('a tag opens nothing to others', async () => {
    const { stream, call, paths } = await underWay();
    for (const path of paths) {
      const etag = (await ask(path)).headers.get('etag')!;
      expect((await ask(path, etag, 'bob-token')).status).toBe(404);
      expect((await ask(path, '*', 'bob-token')).status).toBe(404);
    }
    call.finish();
    await stream.end();
  });

  test('status says what is saved, also where it comes out of memory and another instance asks', async () => {
    const { stream, call, paths } = await underWay();
    // Delivered, and not saved before the interval is full.
    call.say('6', '7');
    await stream.hasChunks(7);
    const other = await house.serve();
    for (const { url } of [server, other]) {
      const answer = await fetch(`${url}${paths[0]}`, { headers: { authorization: 'Bearer alice-token' } });
      expect(await answer.json()).toMatchObject({
        partial_content: '12345',
        active: [{ message_id: stream.message }],
      });
    }
    call.finish();
    await stream.end();
  });
});
