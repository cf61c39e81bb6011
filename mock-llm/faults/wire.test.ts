/** What each fault does to the bytes of an answer, and that the ledger says the same. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { directedAnswer } from '../answer.ts';
import { openaiChat } from '../dialects/openai-chat.ts';
import { formatDirective, parseDirective } from '../directive.ts';
import type { LedgerEvent } from '../ledger.ts';
import { type Rig, startRig } from '../testing/rig.ts';
import { dial, hear } from '../testing/wire.ts';
import { FAULTS } from './registry.ts';
import { parseTimeline } from './timeline.ts';

const SEED = 7;
const CHUNKS = 40;

function ask(faults: string, stream = true) {
  const content = formatDirective({ seed: SEED, chunks: CHUNKS, faults: parseTimeline(faults) });
  return { model: 'any', stream, messages: [{ role: 'user', content }] };
}

/** The frames of the whole answer, as they are without faults. */
function frames() {
  const body = ask('none');
  const question = openaiChat.read(body);
  const answer = directedAnswer(parseDirective(question.prompt)!, 0);
  const script = question.script(answer);
  return {
    opening: script.opening().join(''),
    chunk: (i: number, text = answer.text(i)) => script.chunk(text, i),
    chunks: (from: number, to: number) =>
      Array.from({ length: to - from }, (_, k) => script.chunk(answer.text(from + k), from + k)).join(''),
    text: answer.text,
    closing: script.closing(),
    end: script.closing().join(''),
    failure: script.failure(0),
  };
}
type Frames = ReturnType<typeof frames>;

async function events(rig: Rig): Promise<LedgerEvent[]> {
  await rig.event('llm.end');
  const found: LedgerEvent[] = [];
  for await (const line of rig.lines()) {
    if (line.type === 'alive') return found;
    found.push(line);
  }
  throw new Error('the ledger ended');
}

interface Case {
  faults: string;
  body: (f: Frames) => string;
  /** How the connection ends; `end` is the way of a whole answer too. */
  closed?: 'end' | 'reset';
  ends?: 'completed' | 'fault';
  /** Chunks in the order of the ledger. */
  chunks: number[];
  struck: [fault: string, at: number][];
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const half = (text: string) => text.slice(0, text.length >> 1);
const whole = (f: Frames) => f.opening + f.chunks(0, CHUNKS) + f.end;
const cutAt = (i: number) => (f: Frames) => f.opening + f.chunks(0, i);

const CASES: Case[] = [
  { faults: 'pause@5:30', body: whole, chunks: upTo(CHUNKS), struck: [['pause', 5]] },
  { faults: 'stall@5:30', body: whole, chunks: upTo(CHUNKS), struck: [['stall', 5]] },
  { faults: 'slow-headers:30', body: whole, chunks: upTo(CHUNKS), struck: [['slow-headers', -1]] },
  {
    faults: 'error@5',
    body: (f) => f.opening + f.chunks(0, 5) + f.failure,
    ends: 'fault',
    chunks: upTo(5),
    struck: [['error', 5]],
  },
  { faults: 'half-frame@5', body: whole, chunks: upTo(CHUNKS), struck: [['half-frame', 5]] },
  {
    faults: 'half-frame@5,stall@5:20,fin@5',
    body: (f) => f.opening + f.chunks(0, 5) + half(f.chunk(5)),
    ends: 'fault',
    chunks: upTo(5),
    struck: [
      ['half-frame', 5],
      ['stall', 5],
      ['fin', 5],
    ],
  },
  {
    faults: 'duplicate@5',
    body: (f) => f.opening + f.chunks(0, 6) + f.chunks(5, CHUNKS) + f.end,
    chunks: [...upTo(6), ...upTo(CHUNKS).slice(5)],
    struck: [['duplicate', 5]],
  },
  {
    faults: 'swap@5',
    body: (f) => f.opening + f.chunks(0, 5) + f.chunk(6) + f.chunk(5) + f.chunks(7, CHUNKS) + f.end,
    chunks: [0, 1, 2, 3, 4, 6, 5, ...upTo(CHUNKS).slice(7)],
    struck: [['swap', 5]],
  },
  {
    faults: 'malformed@5',
    body: (f) => `${f.opening}${f.chunks(0, 5)}${half(f.chunk(5))}\n\n${f.chunks(6, CHUNKS)}${f.end}`,
    chunks: upTo(CHUNKS).filter((i) => i !== 5),
    struck: [['malformed', 5]],
  },
  { faults: 'fin@5', body: cutAt(5), ends: 'fault', chunks: upTo(5), struck: [['fin', 5]] },
  { faults: 'fin@end', body: cutAt(CHUNKS), ends: 'fault', chunks: upTo(CHUNKS), struck: [['fin', CHUNKS]] },
  { faults: 'clean-end@5', body: cutAt(5), ends: 'fault', chunks: upTo(5), struck: [['clean-end', 5]] },
  {
    faults: 'end-twice',
    body: (f) => whole(f) + f.closing.at(-1),
    chunks: upTo(CHUNKS),
    struck: [['end-twice', CHUNKS]],
  },
  {
    faults: 'after-end:2',
    body: (f) => whole(f) + f.chunks(CHUNKS, CHUNKS + 2),
    chunks: upTo(CHUNKS),
    struck: [['after-end', CHUNKS]],
  },
];

test.each(CASES)('$faults', async ({ faults, body, closed = 'end', ends = 'completed', chunks, struck }) => {
  const rig = await startRig();
  const heard = await hear(await dial(rig.port, '/v1/chat/completions', ask(faults)));
  expect(heard.body).toBe(body(frames()));
  expect(heard.how).toBe(closed);
  const told = await events(rig);
  expect(told.flatMap((event) => (event.type === 'llm.chunk' ? [event.i] : []))).toEqual(chunks);
  expect(told.flatMap((event) => (event.type === 'llm.fault' ? [[event.fault, event.at]] : []))).toEqual(
    struck,
  );
  expect(told.at(-1)).toMatchObject({ type: 'llm.end', how: ends, chunks: new Set(chunks).size });
});

test('clean-end ends a chunked body as if it were complete; fin does not', async () => {
  const rig = await startRig();
  const asked = (faults: string) =>
    fetch(`${rig.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(ask(faults)) });
  expect(await (await asked('clean-end@5')).text()).toBe(cutAt(5)(frames()));
  const broken = await asked('fin@5#1');
  await expect(broken.text()).rejects.toThrow('terminated');
});

/** Reads until so much of the body has come, and leaves the rest. */
async function bodyOf(socket: Socket, bytes: number): Promise<Buffer> {
  let all = Buffer.alloc(0);
  const body = () => all.subarray(all.indexOf('\r\n\r\n') + 4);
  while (!all.includes('\r\n\r\n') || body().length < bytes) {
    const [piece] = await once(socket, 'data');
    all = Buffer.concat([all, piece]);
  }
  return body();
}

test('reset: what was written has left, and the connection is reset', async () => {
  const rig = await startRig();
  const socket = await dial(rig.port, '/v1/chat/completions', ask('hold@5,reset@5'));
  const before = cutAt(5)(frames());
  expect((await bodyOf(socket, Buffer.byteLength(before))).toString()).toBe(before);
  const rest = hear(socket);
  await rig.gate(SEED, 'all');
  expect(await rest).toMatchObject({ how: 'reset', pieces: [] });
  expect((await events(rig)).at(-1)).toMatchObject({ how: 'fault', chunks: 5 });
});

test('stall-alive: keep-alives, and nothing else', async () => {
  const rig = await startRig();
  const socket = await dial(rig.port, '/v1/chat/completions', ask('stall-alive@5'));
  const before = cutAt(5)(frames());
  const alive = ': keep-alive\n\n';
  const heard = await bodyOf(socket, Buffer.byteLength(before) + 2 * alive.length);
  expect(heard.toString()).toBe(before + alive + alive);
  socket.destroy();
  expect(await rig.event('llm.end')).toMatchObject({ how: 'aborted', chunks: 5 });
});

test('refuse: not a byte, and a reset', async () => {
  const rig = await startRig();
  const heard = await hear(await dial(rig.port, '/v1/chat/completions', ask('refuse')));
  expect(heard).toMatchObject({ how: 'reset', head: '', body: '' });
  expect((await events(rig)).map(({ type }) => type)).toEqual(['llm.call', 'llm.fault', 'llm.end']);
});

test.each([401, 404, 429, 500, 503])('%i: the error of the provider, and no chunk', async (status) => {
  const rig = await startRig();
  for (const stream of [true, false]) {
    const heard = await hear(await dial(rig.port, '/v1/chat/completions', ask(String(status), stream)));
    expect(heard.head).toContain(`HTTP/1.1 ${status} `);
    expect(heard.head.includes('retry-after: 1')).toBe(status === 429);
    expect(JSON.parse(heard.body).error.message).toMatch(/\.$/);
  }
  expect((await rig.ledger()).calls).toMatchObject([
    { state: 'fault', chunks: 0 },
    { state: 'fault', chunks: 0, attempt: 1 },
  ]);
});

test('hold: until the gate of the seed is opened', async () => {
  const rig = await startRig();
  const heard = hear(await dial(rig.port, '/v1/chat/completions', ask('hold@5,hold@9')));
  for (const at of [5, 9]) {
    await rig.event('llm.held', { at });
    expect((await rig.ledger()).calls[0]).toMatchObject({ state: 'gate', chunks: at });
    await rig.gate(SEED, 'all');
    await rig.event('llm.released', { at });
  }
  expect((await heard).body).toBe(whole(frames()));
});

test('split-character: the cut lies inside a character, at the first chunk that has one', async () => {
  const f = frames();
  const at = upTo(CHUNKS).find((i) => i >= 3 && /[^ -~\s]/.test(f.text(i)))!;
  const frame = Buffer.from(f.chunk(at));
  const cut = frame.findIndex((byte) => byte >= 0x80) + 1;
  const before = Buffer.concat([Buffer.from(cutAt(at)(f)), frame.subarray(0, cut)]);

  const rig = await startRig();
  const socket = await dial(rig.port, '/v1/chat/completions', ask(`split-character@3,hold@${at}`));
  expect(await bodyOf(socket, before.length)).toEqual(before);
  expect(await rig.event('llm.fault')).toMatchObject({ fault: 'split-character', at });
  await rig.event('llm.held', { at });
  const rest = hear(socket);
  await rig.gate(SEED, 'all');
  const all = Buffer.concat([before, ...(await rest).pieces]).toString();
  expect(all).toBe(whole(f));
});

test('split-pair: two deltas, each with half a pair', async () => {
  const rig = await startRig();
  const { body } = await hear(await dial(rig.port, '/v1/chat/completions', ask('split-pair@0')));
  const { at } = await rig.event('llm.fault');
  const f = frames();
  const text = f.text(at);
  const pair = text.search(/[\ud800-\udbff]/) + 1;
  const two = f.chunk(at, text.slice(0, pair)) + f.chunk(at, text.slice(pair));
  expect(two).toMatch(/\\ud8/);
  expect(body).toBe(f.opening + f.chunks(0, at) + two + f.chunks(at + 1, CHUNKS) + f.end);
});

test('ignore-abort: the call stays open after its caller went, and says nothing', async () => {
  const rig = await startRig();
  const socket = await dial(rig.port, '/v1/chat/completions', ask('ignore-abort,hold@9'));
  socket.resume();
  await rig.event('llm.held', { at: 9 });
  socket.destroy();
  while ((await rig.ledger()).calls[0]?.state !== 'alone');
  expect(await rig.active()).toBe(1);
  await rig.gate(SEED, 'all');
  expect(await rig.event('llm.end')).toMatchObject({ how: 'aborted', chunks: 9 });
  expect(await rig.active()).toBe(0);
});

test('ignore-abort: after a gate it goes on as alone as it was', async () => {
  const rig = await startRig();
  const socket = await dial(rig.port, '/v1/chat/completions', ask('ignore-abort,hold@9,stall@20'));
  socket.resume();
  await rig.event('llm.held', { at: 9 });
  socket.destroy();
  while ((await rig.ledger()).calls[0]?.state !== 'alone');
  await rig.gate(SEED, 'all');
  await rig.event('llm.released', { at: 9 });
  expect((await rig.ledger()).calls[0]).toMatchObject({ state: 'alone', chunks: 9 });
});

test('every fault is shown on the wire', () => {
  const here = `${CASES.map(({ faults }) => faults).join()} reset stall-alive refuse 401 404 429 500 503 hold split-character split-pair ignore-abort`;
  expect(FAULTS.map(({ name }) => name).filter((name) => !here.includes(name))).toEqual([]);
});

describe('refused with a sentence, and no call', () => {
  test.each<[faults: string, stream: boolean, says: string]>([
    ['half-frame@5', false, '"half-frame" needs "stream": true'],
    ['error@5', false, '"error" needs'],
    ['swap@39', true, 'finds no chunk'],
    ['duplicate@5,malformed@5', true, 'both change the frame of chunk 5'],
  ])('%s, stream %s', async (faults, stream, says) => {
    const rig = await startRig();
    const { head, body } = await hear(await dial(rig.port, '/v1/chat/completions', ask(faults, stream)));
    expect(head).toContain('HTTP/1.1 400');
    expect(JSON.parse(body).error).toMatchObject({
      code: 'ML_FAULT',
      message: expect.stringContaining(says),
    });
    expect((await rig.ledger()).calls).toEqual([]);
  });
});
