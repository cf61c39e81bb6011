import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './testing/client.ts';
import { House, SAVING } from './testing/house.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    house = await House.build({ persistence });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => house.tearDown());

  function run(environment: Record<string, string>) {
    const child = spawn(process.execPath, [MAIN], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  }

  async function serve(more: Record<string, string> = {}) {
    const child = run(house.environment(more));
    child.stderr.resume();
    const exit = once(child, 'exit');
    const [line] = await once(createInterface(child.stdout), 'line');
    const alice = new Client(JSON.parse(line).listening, 'alice-token');
    const stream = await alice.send(await alice.session(), 'question');
    const call = await house.llm.call();
    call.say('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await stream.hasChunks(7);
    return { child, exit, alice, stream, call };
  }

  test('what a killed server leaves is ended by the next one, with what was saved', async () => {
    const { child, stream, call } = await serve({ LEASE_MS: '500' });
    child.kill('SIGKILL');
    expect(await call.closed).toBe('aborted');
    expect((await house.row(stream.message)).status).toBe('generating');
    const next = await house.serve({ SWEEP_MS: '50' });
    const row = await house.rowThat(stream.message, ({ status }) => status !== 'generating');
    expect(row).toMatchObject({ status: 'error', content: 'abcde', error_code: 'ORPHANED' });
    const past = await next.alice.get(
      `/api/v1/chat/messages/${stream.message}/stream?after=${stream.chunks.at(-1)!.id}`,
    );
    expect(past.body.error).toMatchObject({ code: 'CURSOR_PAST_END', length: 5 });
  });

  test('told to shut down, a server lets its answers finish', async () => {
    const { child, exit, stream, call, alice } = await serve({ SHUTDOWN_GRACE_MS: '600000' });
    child.kill('SIGTERM');
    for (;;) {
      if (
        await alice.get('/health').then(
          () => false,
          () => true,
        )
      )
        break;
    }
    call.say('h').finish();
    await stream.end();
    expect([stream.text, stream.done!.data.status]).toEqual(['abcdefgh', 'completed']);
    expect(await exit).toEqual([0, null]);
  });

  test('after the grace it ends them in error, with all that was delivered, and says so', async () => {
    const { child, exit, stream, call } = await serve({ SHUTDOWN_GRACE_MS: '0' });
    child.kill('SIGTERM');
    await stream.end();
    expect(stream.done!.data).toMatchObject({ status: 'error', length: 7, error: { code: 'SHUT_DOWN' } });
    expect(await exit).toEqual([0, null]);
    expect(await house.row(stream.message)).toMatchObject({
      status: 'error',
      content: 'abcdefg',
      error_code: 'SHUT_DOWN',
    });
    expect(await call.closed).toBe('aborted');
  });

  test('a second signal ends it at once', async () => {
    const { child, exit, alice } = await serve({ SHUTDOWN_GRACE_MS: '600000' });
    child.kill('SIGTERM');
    // Once it takes no more connections, it has had the first.
    for (;;) {
      if (
        await alice.get('/health').then(
          () => false,
          () => true,
        )
      )
        break;
    }
    child.kill('SIGTERM');
    expect(await exit).toEqual([130, null]);
  });

  test('at-end answers do not outlive the grace', async () => {
    const { child, exit, stream } = await serve({ PERSISTENCE: 'at-end' });
    child.kill('SIGTERM');
    await stream.end();
    expect([stream.ended, stream.done]).toEqual(['cut', undefined]);
    expect(await exit).toEqual([0, null]);
  });

  test('nobody reads the log for a while: the server goes on, and keeps it', async () => {
    const child = run(house.environment());
    const [line] = await once(createInterface(child.stdout), 'line');
    // More than a pipe takes.
    const path = `/${'x'.repeat(8_000)}`;
    const requests = 200;
    for (let n = 0; n < requests; n++) {
      const answer = await fetch(`${JSON.parse(line).listening}${path}`);
      expect(answer.status).toBe(404);
      await answer.text();
    }
    const [log] = await Promise.all([text(child.stderr), child.kill('SIGTERM')]);
    const logged = log.split('\n').filter((each) => each.includes(path));
    expect(logged.length).toBe(requests);
  });

  test('nobody ever reads the log: the server ends all the same', async () => {
    const child = run(house.environment());
    const [line] = await once(createInterface(child.stdout), 'line');
    const path = `/${'x'.repeat(8_000)}`;
    for (let n = 0; n < 100; n++) await (await fetch(`${JSON.parse(line).listening}${path}`)).text();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('wrong settings and surroundings are told in one sentence, and the exit code is 64', async () => {
    const empty = await House.build({ migrations: 1 });
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const port = String((blocker.address() as AddressInfo).port);
    for (const [environment, sentence] of [
      [house.environment({ LLM_MODEL: '' }), /The environment is not valid\. LLM_MODEL/],
      [empty.environment(), /needs the table ai_chat_message_pieces: apply the migrations first/],
      [
        house.environment({ DATABASE_URL: `postgres://x:x@127.0.0.1:${port}/x`, DATABASE_TIMEOUT_MS: '500' }),
        /does not answer/,
      ],
      [house.environment({ PORT: port }), /Cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/],
    ] as const) {
      const child = run(environment);
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      expect(said).toMatch(sentence);
      expect(said.trim().split('\n').length).toBe(1);
      expect(code).toBe(64);
    }
    blocker.close();
    await empty.tearDown();
  });
});
