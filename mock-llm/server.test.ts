import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Call } from './ledger.ts';
import { oracle } from './oracle.ts';
import { startMockLlm } from './server.ts';
import { contentOf, framesOf, prompt, type Refusal, type Rig, received, startRig } from './testing/rig.ts';

const SEED = 99;
const told = (count: number, attempt = 0) =>
  Array.from({ length: count }, (_, i) => oracle(SEED, attempt, i));

describe('the ledger', () => {
  test('equals what was received', async () => {
    const rig = await startRig();
    const { chunks } = await received(await rig.chat(prompt(SEED, 300)));
    const [call] = (await rig.ledger()).calls as [Call];
    expect(call).toMatchObject({ send: SEED, attempt: 0, state: 'completed', chunks: chunks.length });
    const { sent } = await rig.call(call.id);
    expect(sent.map(({ i }) => i)).toEqual(chunks.map((_, i) => i));
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(call.bytes);
    // A frame is the text as JSON, and around it the same for all.
    const around = new Set(sent.map(({ i, bytes }) => bytes - Buffer.byteLength(JSON.stringify(chunks[i]))));
    expect(around.size).toBe(1);
  });

  test('calls of one seed are its attempts, each with its own text', async () => {
    const rig = await startRig();
    for (const attempt of [0, 1, 2]) {
      const { chunks } = await received(await rig.chat(prompt(SEED, 30)));
      expect(chunks).toEqual(told(30, attempt));
    }
    expect((await rig.ledger()).calls.map(({ attempt }) => attempt)).toEqual([0, 1, 2]);
  });

  test('a call that is refused is none', async () => {
    const rig = await startRig();
    await rig.chat('[[holdfast seed=1 chunks=0]]');
    expect(await rig.ledger()).toEqual({ dropped: { calls: 0, events: 0 }, calls: [] });
  });

  test('tells the time by the clock that it tells', async () => {
    const rig = await startRig();
    const clock = async () =>
      (await (await fetch(`${rig.url}/admin/clock`)).json()) as { t: number; wall: string };
    const before = await clock();
    await received(await rig.chat(prompt(SEED, 3)));
    const { t } = await rig.event('llm.end');
    const after = await clock();
    expect(t).toBeGreaterThan(before.t);
    expect(t).toBeLessThan(after.t);
    expect(Date.parse(before.wall)).toBeLessThanOrEqual(Date.parse(after.wall));
  });

  test('does not know a call that never was', async () => {
    const rig = await startRig();
    const answer = await fetch(`${rig.url}/admin/ledger/calls/nope`);
    expect(answer.status).toBe(404);
    expect(((await answer.json()) as Refusal).error.message).toContain('no call "nope"');
  });
});

describe('a caller that goes away ends its call', () => {
  test.each<[what: string, gate: 'none' | number, stream: boolean]>([
    ['while it is unanswered', 'none', true],
    ['while it is held', 4, true],
    ['while it waits for an answer in one piece', 4, false],
  ])('%s', async (_, gate, stream) => {
    const rig = await startRig();
    await rig.gate(SEED, gate);
    const caller = new AbortController();
    const answer = rig
      .chat(prompt(SEED, 10), { stream, signal: caller.signal })
      .then((answer) => answer.text());
    const gone = expect(answer).rejects.toThrow('abort');
    const chunks = stream && gate !== 'none' ? gate : 0;
    await rig.event('llm.held', { at: chunks || -1 });
    expect(await rig.active()).toBe(1);
    caller.abort();
    await gone;
    expect(await rig.event('llm.end')).toMatchObject({ how: 'aborted', chunks });
    expect(await rig.active()).toBe(0);
    // Opening the gate afterwards wakes nobody.
    await rig.gate(SEED, 'all');
    expect(await rig.event('llm.end')).toMatchObject({ seq: chunks + 2 });
  });

  test('while it speaks', async () => {
    const rig = await startRig();
    const caller = new AbortController();
    const answer = await rig.chat(prompt(SEED, 1_000_000), { signal: caller.signal });
    const gone = expect(answer.text()).rejects.toThrow('abort');
    await rig.event('llm.chunk', { i: 100 });
    caller.abort();
    await gone;
    const end = await rig.event('llm.end');
    expect(end.how).toBe('aborted');
    expect(end.chunks).toBeLessThan(1_000_000);
  });

  test('while it waits for its first chunk', async () => {
    const rig = await startRig();
    const caller = new AbortController();
    const answer = await rig.chat(prompt(SEED, 5, { first: 3_600_000 }), { signal: caller.signal });
    const gone = expect(answer.text()).rejects.toThrow('abort');
    caller.abort();
    await gone;
    expect(await rig.event('llm.end')).toMatchObject({ how: 'aborted', chunks: 0 });
  });
});

describe('a caller that does not read', () => {
  const CHUNKS = 300_000;

  test('is not written to, while others are', async () => {
    const rig = await startRig();
    const caller = await ask(rig, prompt(SEED, CHUNKS));
    caller.pause();
    const blocked = await untilBlocked(rig);
    // What it was sent lies in buffers of the system; what it was not sent lies nowhere.
    expect(blocked.chunks).toBeLessThan(CHUNKS / 2);
    expect((await received(await rig.chat(prompt(SEED + 1, 1000)))).complete).toBe(true);
    caller.destroy();
    expect(await rig.event('llm.end', { send: SEED })).toMatchObject({ how: 'aborted' });
  });

  test('gets the rest when it reads again', async () => {
    const rig = await startRig();
    const caller = await ask(rig, prompt(SEED, CHUNKS));
    caller.pause();
    await untilBlocked(rig);
    caller.resume();
    let body = '';
    caller.setEncoding('utf8');
    for await (const piece of caller) body += piece;
    const frames = framesOf(body.slice(body.indexOf('\r\n\r\n') + 4));
    expect(contentOf(frames).join('')).toBe(told(CHUNKS).join(''));
    expect(frames.at(-1)).toBe('data: [DONE]');
  });

  /** Its frames, one after the other, over HTTP/1.0: no chunked encoding stands between them. */
  async function ask(rig: Rig, content: string): Promise<Socket> {
    const body = JSON.stringify({ model: 'any', stream: true, messages: [{ role: 'user', content }] });
    const socket = connect(rig.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(
      `POST /v1/chat/completions HTTP/1.0\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return socket;
  }

  async function untilBlocked(rig: Rig): Promise<Call> {
    for (;;) {
      const [call] = (await rig.ledger()).calls;
      if (call?.state === 'reader') return call;
    }
  }
});

describe('a request that is none', () => {
  test.each<[method: string, path: string, says: string]>([
    ['GET', '/', 'no GET /'],
    [
      'GET',
      '/v1/chat/completions',
      'no GET /v1/chat/completions here. There are: POST /v1/chat/completions, GET /v1/mod',
    ],
    ['POST', '/v1/models', 'no POST /v1/models'],
    ['POST', '/v1/completions', 'no POST /v1/completions'],
    ['GET', '/toString', 'no GET /toString'],
    ['DELETE', '/admin/ledger', 'no DELETE /admin/ledger here. There are: GET /admin/ledger,'],
    ['GET', '/admin/', 'no GET /admin/'],
  ])('%s %s', async (method, path, says) => {
    const rig = await startRig();
    const answer = await fetch(rig.url + path, { method });
    expect(answer.status).toBe(404);
    expect(((await answer.json()) as Refusal).error).toMatchObject({
      code: 'ML_NO_ROUTE',
      message: expect.stringContaining(says),
    });
  });

  test('a body of 50 MB gets an answer, not a reset', async () => {
    const rig = await startRig();
    const answer = await rig.chat('x'.repeat(50 * 1024 * 1024));
    expect(answer.status).toBe(413);
    expect(((await answer.json()) as Refusal).error).toMatchObject({ code: 'ML_TOO_LARGE' });
  });

  test('half a body, then nothing more: no call, no harm', async () => {
    const rig = await startRig();
    const socket = connect(rig.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"model":');
    socket.resume();
    await once(socket, 'close');
    expect((await received(await rig.chat(prompt(SEED, 3)))).complete).toBe(true);
    expect((await rig.ledger()).calls).toHaveLength(1);
  });
});

test('closing ends what is open', async () => {
  const mock = await startMockLlm();
  const answer = await fetch(`${mock.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'any',
      stream: true,
      messages: [{ role: 'user', content: prompt(SEED, 5, { first: 3_600_000 }) }],
    }),
  });
  const broken = expect(answer.text()).rejects.toThrow();
  await mock.close();
  await broken;
});
