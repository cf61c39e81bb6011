import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { formatDirective } from '../../../mock-llm/directive.ts';
import { startMockLlm } from '../../../mock-llm/server.ts';
import type { HoldfastError } from '../../errors.ts';
import { now, type Recorded, type Recorder, type SendSeed } from '../../history/index.ts';
import { createSource } from '../../history/recorder.ts';
import { connectLlm, type LlmControl } from '../llm.ts';
import { followLines } from './admin.ts';
import { compareClocks } from './clock.ts';
import { WAIT_MS } from './control.ts';

interface Connected {
  url: string;
  llm: LlmControl;
  history: Recorded[];
}

async function connected(
  recorderFor?: (base: Recorder, send: SendSeed | null) => Recorder,
): Promise<Connected> {
  const mock = await startMockLlm();
  const history: Recorded[] = [];
  const base = createSource('llm', (event) => history.push(event));
  const llm = await connectLlm({
    url: mock.url,
    recorderFor: (send) => recorderFor?.(base, send) ?? base,
    onLost: (error) => expect.unreachable(error.message),
  });
  onTestFinished(async () => {
    llm.close();
    await mock.close();
  });
  return { url: mock.url, llm, history };
}

async function call(url: string, content: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mock', stream: true, messages: [{ role: 'user', content }] }),
    ...(signal && { signal }),
  });
  return response.text();
}

const prompt = (seed: number, chunks: number) => `Speak. ${formatDirective({ seed, chunks })}`;

test('a call is led from barrier to barrier, and all of it stands in the history', async () => {
  const { url, llm, history } = await connected();
  await llm.allow(7, 'none');
  const answer = call(url, prompt(7, 6));
  await llm.opened(7);
  await llm.held(7, -1);
  await llm.allow(7, 3);
  await llm.held(7, 3);
  await llm.emitted(7, 3);
  expect(await llm.active()).toBe(1);
  await llm.allow(7, 'all');
  expect(await llm.ended(7)).toEqual({ attempt: 0, how: 'completed', chunks: 6 });
  await answer;
  expect(await llm.active()).toBe(0);
  await llm.settled();
  const types = history.slice(1).map((event) => event.type.replace('llm.', ''));
  expect(types).toEqual(
    'call held released chunk chunk chunk held released chunk chunk chunk end'.split(' '),
  );
  const times = history.map(({ t }) => t);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(history.slice(1).every(({ err }) => err > 0 && err < 1000)).toBe(true);
});

test('each event is recorded by whom its send belongs to, auxiliary calls by the whole stack', async () => {
  const { url, llm, history } = await connected((base, send) =>
    send === null ? base : base.forPlay(`play-${send}`),
  );
  await Promise.all([call(url, prompt(1, 2)), call(url, prompt(2, 2)), call(url, 'a title, please')]);
  await llm.settled();
  const calls = history.filter((event) => event.type === 'llm.call');
  expect(new Map(calls.map(({ send, play }) => [send, play]))).toEqual(
    new Map([
      [1, 'play-1'],
      [2, 'play-2'],
      [null, undefined],
    ]),
  );
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index));
});

test('a call that its caller leaves is told as aborted, and the next as another attempt', async () => {
  const { url, llm } = await connected();
  await llm.allow(5, 2);
  const leaving = new AbortController();
  const left = call(url, prompt(5, 4), leaving.signal);
  await llm.held(5, 2);
  leaving.abort();
  await expect(left).rejects.toThrow();
  expect(await llm.ended(5)).toEqual({ attempt: 0, how: 'aborted', chunks: 2 });
  await llm.allow(5, 'all');
  await call(url, prompt(5, 4));
  await llm.settled();
  expect(await llm.ended(5)).toEqual({ attempt: 1, how: 'completed', chunks: 4 });
});

test('a refusal says what was asked and why it was refused', async () => {
  const { llm } = await connected();
  await expect(llm.allow(-1, 0)).rejects.toMatchObject({
    code: 'HF_LLM_ADMIN',
    message: expect.stringMatching(/PUT \/admin\/gates\/-1: HTTP 4\d\d/),
  });
});

test('when the mock LLM goes, the ledger is lost: told once, and to everyone who waits', async () => {
  const mock = await startMockLlm();
  const losses: HoldfastError[] = [];
  const { promise: lost, resolve } = Promise.withResolvers<void>();
  const llm = await connectLlm({
    url: mock.url,
    recorderFor: () => createSource('llm', () => {}),
    onLost: (error) => {
      losses.push(error);
      resolve();
    },
  });
  const waiting = [llm.opened(1), llm.ended(2)].map((wait) =>
    expect(wait).rejects.toMatchObject({ code: 'HF_LEDGER_LOST', exit: 70 }),
  );
  await mock.close();
  await lost;
  await Promise.all(waiting);
  await expect(llm.held(3, 0)).rejects.toMatchObject({ code: 'HF_LEDGER_LOST' });
  expect(losses).toHaveLength(1);
});

test('a gap in the ledger is a loss, not a guess', async () => {
  const url = await served((req, res) => {
    if (req.url === '/admin/clock') return void res.end(JSON.stringify({ t: now() }));
    for (const seq of [0, 2]) {
      res.write(
        `${JSON.stringify({ seq, t: now(), type: 'llm.call', call: `c${seq}`, send: 1, attempt: 0 })}\n`,
      );
    }
  });
  const { promise: lost, resolve } = Promise.withResolvers<HoldfastError>();
  await connectLlm({ url, recorderFor: () => createSource('llm', () => {}), onLost: resolve });
  expect(await lost).toMatchObject({
    code: 'HF_LEDGER_LOST',
    message: expect.stringContaining('from event 0 to 2'),
  });
});

test('a wait in vain ends after its bound, and says what the ledger knows', async () => {
  const { url, llm } = await connected();
  await llm.allow(8, 2);
  const leaving = new AbortController();
  const left = call(url, prompt(8, 4), leaving.signal);
  await llm.held(8, 2);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const wait = expect(llm.held(8, 3)).rejects.toMatchObject({
    code: 'HF_LLM_WAIT',
    message: expect.stringMatching(/90000 ms.* send 8 to be held at 3.*attempt 0 held after 2 chunks/),
  });
  vi.advanceTimersByTime(WAIT_MS);
  await wait;
  vi.useRealTimers();
  leaving.abort();
  await expect(left).rejects.toThrow();
});

test('closing it is no loss', async () => {
  const mock = await startMockLlm();
  onTestFinished(() => mock.close());
  const llm = await connectLlm({
    url: mock.url,
    recorderFor: () => createSource('llm', () => {}),
    onLost: (error) => expect.unreachable(error.message),
  });
  const waiting = llm.opened(1);
  llm.close();
  await expect(waiting).rejects.toMatchObject({ code: 'HF_LEDGER_LOST' });
});

test('a stream that falls silent is broken', async () => {
  const url = await served((_, res) => void res.write('one\ntw'));
  const lines: string[] = [];
  const follow = async () => {
    const options = { silenceMs: 100, signal: new AbortController().signal };
    for await (const line of followLines(url, '/', options)) lines.push(line);
  };
  await expect(follow()).rejects.toThrow();
  expect(lines).toEqual(['one']);
});

test('clocks of one machine are one clock; another is told apart, within its error', async () => {
  expect((await compareClocks(async () => now())).offset).toBe(0);
  const { offset, err } = await compareClocks(async () => now() + 5000);
  expect(Math.abs(offset - 5000)).toBeLessThanOrEqual(err);
});

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
