import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './testing/client.ts';
import { DatabaseLink } from './testing/database-link.ts';
import { House, SAVING } from './testing/house.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
/** ms: a lapse is waited for, and a machine that is busy must not make one. */
const LEASE = 3_000;

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    house = await House.build({ persistence });
  });
  afterEach(async () => {
    // One that was stopped dies, too.
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await house.closeServers();
  });
  afterAll(() => house.tearDown());

  async function process(more: Record<string, string> = {}) {
    const environment = house.environment({ LEASE_MS: String(LEASE), SWEEP_MS: '50', ...more });
    const child = spawn(globalThis.process.execPath, [MAIN], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    const [line] = await once(createInterface(child.stdout), 'line');
    return { child, alice: new Client(JSON.parse(line).listening, 'alice-token') };
  }

  async function ask(alice: Client) {
    const stream = await alice.send(await alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    return { stream, call, id: stream.message };
  }

  const ended = (id: string) => house.rowThat(id, ({ status }) => status !== 'generating');

  test('a process that slept through its lease and wakes writes nothing over what its successor wrote', async () => {
    const { child, alice } = await process();
    const { stream, call, id } = await ask(alice);
    call.say('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await stream.hasChunks(7);
    await house.rowThat(id, ({ content }) => content === 'abcde');
    child.kill('SIGSTOP');
    // All of it lies ready for it to be read and saved, and the end with it.
    call.say('h', 'i', 'j', 'k', 'l', 'm', 'n').finish();
    await process();
    expect(await ended(id)).toMatchObject({ status: 'error', error_code: 'ORPHANED', content: 'abcde' });
    child.kill('SIGCONT');
    await stream.end();
    expect(stream.done!.data).toMatchObject({ status: 'error', length: 5, error: { code: 'ORPHANED' } });
    expect(stream.chunks.length).toBeLessThanOrEqual(10);
    expect(await house.row(id)).toMatchObject({ status: 'error', content: 'abcde', chunk_count: 5 });
    const { rows } = await house.db.query('SELECT FROM ai_chat_message_pieces');
    expect(rows).toEqual([]);
  });

  test('of two processes one dies: the other ends what it left, tells its readers, and keeps its own', async () => {
    const [dying, living] = await Promise.all([process(), process()]);
    const lost = await ask(dying!.alice);
    const kept = await ask(living!.alice);
    lost.call.say('a', 'b', 'c', 'd', 'e', 'f');
    await lost.stream.hasChunks(6);
    const follower = await (await living!.alice.resume(lost.id)).hasChunks(1);
    dying!.child.kill('SIGKILL');
    await follower.end();
    expect(follower.text).toBe('abcde');
    expect(follower.done!.data).toMatchObject({ status: 'error', length: 5, error: { code: 'ORPHANED' } });
    // Its LLM has been silent for longer than a lease, and yet it is nobody's orphan.
    const { rows } = await house.db.query(`SELECT now() + $1 * interval '1 ms' AS later`, [LEASE]);
    await house.rowThat(kept.id, ({ lease_expires_at: until }) => Number(until) > Number(rows[0].later));
    kept.call.say('still here').finish();
    await kept.stream.end();
    expect(kept.stream.done!.data.status).toBe('completed');
  });

  test('a stream that one process began is taken up on the other, from any place, and both see its end', async () => {
    const [one, other] = await Promise.all([
      process({ LEASE_MS: '600000' }),
      process({ LEASE_MS: '600000', CHECKPOINT_MS: '100' }),
    ]);
    const { stream, call, id } = await ask(one!.alice);
    call.say('a', 'b', 'c', 'd', 'e');
    await stream.hasChunks(5);
    const readers = await Promise.all([0, 2, 5].map((at) => other!.alice.resume(id, `${id}:${at}`)));
    call.say('f', 'g', 'h', 'i', 'j', 'k').finish();
    await Promise.all([stream, ...readers].map((reader) => reader.end()));
    expect(readers.map(({ text }) => text)).toEqual(['abcdefghijk', 'cdefghijk', 'fghijk']);
    for (const reader of [stream, ...readers]) {
      expect(reader.done!.data).toEqual({ status: 'completed', length: 11 });
    }
  });

  test('a database that is lost and comes back costs no chunk; what was seen meanwhile stays within the interval', async () => {
    const link = await DatabaseLink.open(house.databaseUrl);
    const server = await house.serve({ DATABASE_URL: link.url });
    const { stream, call, id } = await ask(server.alice);
    call.say('a', 'b', 'c', 'd', 'e', 'f');
    await stream.hasChunks(6);
    await house.rowThat(id, ({ content }) => content === 'abcde');
    await link.cut();
    call.say('g', 'h', 'i', 'j', 'k', 'l', 'm');
    await stream.hasChunks(10);
    expect((await server.alice.get('/health')).status).toBe(503);
    expect([stream.text, (await house.row(id)).content]).toEqual(['abcdefghij', 'abcde']);
    await link.heal();
    await stream.hasChunks(13);
    call.finish();
    await stream.end();
    expect(stream.done!.data).toEqual({ status: 'completed', length: 13 });
    expect(await house.row(id)).toMatchObject({ status: 'completed', content: 'abcdefghijklm' });
    expect((await server.alice.get('/health')).status).toBe(200);
    await house.closeServers();
    await link.cut();
  });

  test('a database that stays away for too long ends the stream, and its answer in error once it is back', async () => {
    const link = await DatabaseLink.open(house.databaseUrl);
    const server = await house.serve({
      DATABASE_URL: link.url,
      // Of a machine that is busy a connection can take half a second.
      DATABASE_TIMEOUT_MS: '2000',
      LEASE_MS: '2000',
      SWEEP_MS: '50',
    });
    const { stream, call, id } = await ask(server.alice);
    call.say('a', 'b', 'c', 'd', 'e');
    await house.rowThat(id, ({ content }) => content === 'abcde');
    await link.cut();
    call.say('f', 'g', 'h', 'i', 'j', 'k');
    await stream.end();
    expect([stream.ended, stream.done]).toEqual(['cut', undefined]);
    expect(await call.closed).toBe('aborted');
    await link.heal();
    expect(await ended(id)).toMatchObject({ status: 'error', error_code: 'ORPHANED', content: 'abcde' });
    const again = await ask(server.alice);
    again.call.say('well').finish();
    await again.stream.end();
    expect(again.stream.done!.data).toEqual({ status: 'completed', length: 4 });
    await house.closeServers();
    await link.cut();
  });
});
