import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseRecording, type Recording } from './recording.ts';
import { type MockLlmOptions, startMockLlm } from './server.ts';
import { startRig } from './testing/rig.ts';
import { dial, hear } from './testing/wire.ts';

const KEY = 'sk-very-secret';
const HEAD = '{"recording":1,"path":"/v1/messages","status":200,"contentType":"text/event-stream"}';

async function start(options: MockLlmOptions): Promise<string> {
  const mock = await startMockLlm(options);
  onTestFinished(() => mock.close());
  return mock.url;
}

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-recording-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function ask(
  url: string,
  path: string,
  content: string,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'x-api-key': KEY, ...headers },
    body: JSON.stringify({
      model: 'any',
      max_tokens: 9,
      stream: true,
      messages: [{ role: 'user', content }],
      ...more,
    }),
  });
}

/** The one recording that comes to stand in the folder. */
async function recorded(folder: string): Promise<{ text: string; recording: Recording }> {
  for (;;) {
    const file = (await readdir(folder)).find((name) => name.endsWith('.jsonl'));
    if (file === undefined) continue;
    const text = await readFile(join(folder, file), 'utf8');
    return { text, recording: parseRecording(file, text) };
  }
}

async function record(path: string, content: string, more: object = {}) {
  const { url: upstream } = await startRig();
  const folder = await folderForTest();
  const answer = await ask(await start({ record: { upstream, folder } }), path, content, more);
  const heard = await answer.text().catch(() => 'broken');
  return { status: answer.status, heard, ...(await recorded(folder)) };
}

describe.each(['/v1/chat/completions', '/v1/messages'])('%s', (path) => {
  test('what was recorded is passed on unchanged, and replayed to the byte', async () => {
    const { heard, recording, text } = await record(path, '[[holdfast seed=1 chunks=500]]');
    expect(recording).toMatchObject({
      path,
      model: 'any',
      stream: true,
      status: 200,
      end: { how: 'complete' },
    });
    expect(recording.frames.map(({ frame }) => frame).join('')).toBe(heard);
    expect(text).not.toContain(KEY);
    const replay = await ask(await start({ replays: [recording] }), path, 'anything');
    expect(await replay.text()).toBe(heard);
  });
});

test('an answer in one piece is replayed as one', async () => {
  const path = '/v1/chat/completions';
  const { heard, recording } = await record(path, '[[holdfast seed=1 chunks=9]]', { stream: false });
  const replay = await ask(await start({ replays: [recording] }), path, 'anything', { stream: false });
  expect(await replay.text()).toBe(heard);
});

test('an error is replayed as the error that it was', async () => {
  const path = '/v1/messages';
  const { status, heard, recording } = await record(path, '[[holdfast seed=1 chunks=9 faults=429]]');
  expect(status).toBe(429);
  const replay = await ask(await start({ replays: [recording] }), path, 'anything');
  expect(replay.status).toBe(429);
  expect(await replay.json()).toEqual(JSON.parse(heard));
});

test('when to come again is passed on, and replayed', async () => {
  const provider = createServer((_, res) =>
    res
      .writeHead(429, {
        'content-type': 'application/json',
        'retry-after': '7',
        'x-ratelimit-reset-requests': '7s',
        'x-request-id': 'r',
      })
      .end('{"error":{}}'),
  );
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void provider.close());
  const folder = await folderForTest();
  const upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const passed = await ask(await start({ record: { upstream, folder } }), '/v1/messages', 'x');
  const { recording } = await recorded(folder);
  const replay = await ask(await start({ replays: [recording] }), '/v1/messages', 'x');
  for (const { status, headers } of [passed, replay]) {
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('7');
    expect(headers.get('x-ratelimit-reset-requests')).toBe('7s');
    expect(headers.get('x-request-id')).toBe(null);
  }
});

/** More than the kernel takes up between the two ends of two connections, which grows as it sees fit, up to some 100 MB. */
const MORE_THAN_KERNELS = 256 * 2 ** 20;
const FRAME = `data: ${'kelp '.repeat(13_000)}\n\n`;

/** A provider that speaks on as long as it is read, until it is told to come to an end. */
async function endlessProvider() {
  let said = 0;
  let answer: ServerResponse | undefined;
  let isToEnd = false;
  const provider = createServer((_, res) => {
    answer = res.writeHead(200, { 'content-type': 'text/event-stream' });
    const speak = () => {
      while (!isToEnd && said < MORE_THAN_KERNELS) {
        said += FRAME.length;
        if (!res.write(FRAME)) return;
      }
      res.end();
    };
    res.on('drain', speak);
    speak();
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    provider.closeAllConnections();
    provider.close();
  });
  return {
    url: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    said: () => said,
    waits: () => answer?.writableNeedDrain === true,
    end() {
      isToEnd = true;
    },
  };
}

test('a caller that does not read is not read for: nothing is held in memory for it', async () => {
  const provider = await endlessProvider();
  const folder = await folderForTest();
  const url = await start({ record: { upstream: provider.url, folder } });
  const body = { model: 'any', stream: true, messages: [{ role: 'user', content: 'x' }] };
  const caller = await dial(Number(new URL(url).port), '/v1/chat/completions', body);
  // It has come to a stop when it waits and nothing has moved for many turns. A stop that is only a pause proves less,
  // and nothing wrong: what is held in memory has no end but that of the answer.
  for (let still = 0, before = -1; still < 200; still++) {
    await turn();
    if (!provider.waits() || provider.said() !== before) still = 0;
    before = provider.said();
    expect(before).toBeLessThan(MORE_THAN_KERNELS);
  }
  provider.end();
  const heard = await hear(caller);
  expect(heard.body.length).toBe(provider.said());
  const { recording } = await recorded(folder);
  expect(recording.frames.map(({ frame }) => frame).join('')).toBe(heard.body);
  expect(recording).toMatchObject({ end: { how: 'complete' } });
});

test('a body that is no JSON is replayed as it was', async () => {
  const page = '<h1>502 Bad Gateway</h1>\n';
  const url = await start({
    replays: [
      parseRecording(
        'a.jsonl',
        `${HEAD.replace('200', '502').replace('text/event-stream', 'text/html')}
{"t":1,"frame":${JSON.stringify(page)}}
{"t":2,"end":"complete"}`,
      ),
    ],
  });
  const replay = await ask(url, '/v1/messages', 'anything');
  expect(replay.status).toBe(502);
  expect(replay.headers.get('content-type')).toBe('text/html');
  expect(await replay.text()).toBe(page);
});

test('gaps are kept, and a broken connection breaks again', async () => {
  const { recording } = await record('/v1/messages', '[[holdfast seed=1 chunks=9 gap=10 faults=fin@5]]');
  expect(recording.end.how).toBe('broken');
  const times = recording.frames.map(({ t }) => t);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // Chunk 4 is due 40 ms after the first.
  expect(recording.end.t).toBeGreaterThanOrEqual(40);
  const replay = await ask(await start({ replays: [recording] }), '/v1/messages', 'anything');
  await expect(replay.text()).rejects.toThrow('terminated');
});

test('faults are laid over a replay: its frames are the chunks', async () => {
  const { recording } = await record('/v1/messages', '[[holdfast seed=1 chunks=9]]');
  const url = await start({ replays: [recording] });
  const answer = await ask(url, '/v1/messages', 'x', {}, { 'x-holdfast-faults': 'duplicate@2,clean-end@4' });
  const frames = recording.frames.map(({ frame }) => frame);
  expect(await answer.text()).toBe([0, 1, 2, 2, 3].map((i) => frames[i]).join(''));
});

test('a fault of the terminal event is refused: a recording does not tell which it is', async () => {
  const { recording } = await record('/v1/messages', '[[holdfast seed=1 chunks=9]]');
  const url = await start({ replays: [recording] });
  const answer = await ask(url, '/v1/messages', 'x', {}, { 'x-holdfast-faults': 'end-twice' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('needs the terminal event');
});

test('a key that the provider repeats is not written down', async () => {
  const provider = createServer((_, res) => res.writeHead(401).end(`{"error":"Incorrect API key: ${KEY}"}`));
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void provider.close());
  const folder = await folderForTest();
  const upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`;
  const answer = await ask(await start({ record: { upstream, folder } }), '/v1/messages', 'x');
  expect(await answer.text()).toContain(KEY);
  const { text } = await recorded(folder);
  expect(text).not.toContain(KEY);
  expect(text).toContain('Incorrect API key: [key]');
});

test('a provider that is not there: a sentence', async () => {
  const { url: upstream, close } = await startMockLlm();
  await close();
  const url = await start({ record: { upstream, folder: await folderForTest() } });
  const answer = await ask(url, '/v1/messages', 'x');
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('ECONNREFUSED') } });
});

test.each<[text: string, says: string]>([
  ['', 'its first line is not that of a recording'],
  ['{"recording":1}\n', 'its last line does not say how it ended'],
  ['{"recording":1}\n{"t":2,"end":"complete"}\n', 'its first line needs texts "path" and "contentType"'],
  [
    `${HEAD.replace('}', ',"headers":{"retry-after":7}}')}\n{"t":2,"end":"complete"}\n`,
    '"headers" that are no texts',
  ],
  [`${HEAD}\n{"end":"complete"}\n`, 'its last line needs a number "t"'],
  [`${HEAD}\n{"t":1}\n{"t":2,"end":"complete"}\n`, 'line 2 needs a number "t" and a text "frame"'],
  [`${HEAD}\n{"t":2,"end":"complete"}\n`, 'it holds no frame'],
])('%j is no recording', (text, says) => expect(() => parseRecording('a.jsonl', text)).toThrow(says));
