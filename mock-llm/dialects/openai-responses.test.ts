import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { TOOL_NAME } from '../answer.ts';
import { formatDirective } from '../directive.ts';
import { oracle, oracleText, type TextMode } from '../oracle.ts';
import { type Refusal, type Rig, startRig } from '../testing/rig.ts';

const CHUNKS = 3000;
const CASES: [seed: number, mode: TextMode][] = [
  [0, 'marked'],
  [0x5eed, 'natural'],
  [0xffffffff, 'marked'],
];

const client = (rig: Rig) => new OpenAI({ baseURL: `${rig.url}/v1`, apiKey: 'any', maxRetries: 0 });
const ask = (input: string) => ({ model: 'any', input });

test.each(CASES)(
  'the official client reads a stream, every hazard in it: seed %i, %s',
  async (seed, mode) => {
    const rig = await startRig();
    const stream = await client(rig).responses.create({
      ...ask(formatDirective({ seed, chunks: CHUNKS, mode })),
      stream: true,
    });
    const received: string[] = [];
    const numbers: number[] = [];
    let last: OpenAI.Responses.ResponseStreamEvent | undefined;
    for await (const event of stream) {
      numbers.push(event.sequence_number);
      if (event.type === 'response.output_text.delta') received.push(event.delta);
      last = event;
    }
    expect(received).toEqual(Array.from({ length: CHUNKS }, (_, i) => oracle(seed, 0, i, mode)));
    expect(numbers).toEqual(numbers.map((_, at) => at));
    expect(last).toMatchObject({
      type: 'response.completed',
      response: { usage: { output_tokens: CHUNKS } },
    });
  },
);

test.each(CASES)('and in one piece: seed %i, %s', async (seed, mode) => {
  const rig = await startRig();
  const response = await client(rig).responses.create(ask(formatDirective({ seed, chunks: CHUNKS, mode })));
  expect(response.output_text).toBe(oracleText(seed, 0, CHUNKS, mode));
  expect(response.status).toBe('completed');
});

test('reasoning, text and a tool call: the same in a stream and in one piece', async () => {
  const prompt = formatDirective({ seed: 11, chunks: 20, reasoning: 5, tool: 4 });
  const stream = await client(await startRig())
    .responses.stream(ask(prompt))
    .finalResponse();
  const whole = await client(await startRig()).responses.create(ask(prompt));
  expect(stream.output).toMatchObject(whole.output);
  expect(whole.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
  expect(whole.output[2]).toMatchObject({
    name: TOOL_NAME,
    arguments: expect.stringMatching(/^\{"note":".*"\}$/),
  });
});

test('obfuscation pads deltas when it is asked for, the same for the same seed', async () => {
  const padded = async () => {
    const stream = await client(await startRig()).responses.create({
      ...ask(formatDirective({ seed: 1, chunks: 50 })),
      stream: true,
      stream_options: { include_obfuscation: true },
    });
    const found: string[] = [];
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') found.push(Reflect.get(event, 'obfuscation'));
    }
    return found;
  };
  const [one, other] = [await padded(), await padded()];
  expect(new Set(one.map((text) => text.length)).size).toBeGreaterThan(5);
  expect(one).toEqual(other);
});

test('an error in mid-stream is a response that failed', async () => {
  const stream = await client(await startRig()).responses.create({
    ...ask('[[holdfast seed=1 chunks=9 faults=error@4]]'),
    stream: true,
  });
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  expect(types.at(-1)).toBe('response.failed');
});

describe('background mode', () => {
  const SEED = 5;
  const prompt = (faults = 'none') => `[[holdfast seed=${SEED} chunks=40 faults=${faults}]]`;

  test('answers at once, goes on alone, and can be polled', async () => {
    const rig = await startRig();
    const api = client(rig);
    await rig.gate(SEED, 10);
    const { id, status } = await api.responses.create({ ...ask(prompt()), background: true });
    expect(status).toBe('in_progress');
    await rig.event('llm.held', { at: 10 });
    expect((await api.responses.retrieve(id)).output_text).toBe(oracleText(SEED, 0, 10));
    await rig.gate(SEED, 'all');
    await rig.event('llm.end', { how: 'completed', chunks: 40 });
    const whole = await api.responses.retrieve(id);
    expect(whole).toMatchObject({ status: 'completed', output_text: oracleText(SEED, 0, 40) });
  });

  test('a reader that was cut comes back for the rest, at every event', async () => {
    const rig = await startRig();
    const api = client(rig);
    await rig.gate(SEED, 20);
    const stream = await api.responses.create({ ...ask(prompt()), background: true, stream: true });
    const seen: { sequence_number: number; type: string }[] = [];
    let id = '';
    for await (const event of stream) {
      if (event.type === 'response.created') ({ id } = event.response);
      seen.push(event);
      if (event.sequence_number === 12) break;
    }
    // The connection is gone; the answer is not.
    expect(await rig.active()).toBe(1);
    await rig.gate(SEED, 'all');
    await rig.event('llm.end', { how: 'completed' });
    for await (const event of await api.responses.retrieve(id, { stream: true, starting_after: 12 }))
      seen.push(event);
    expect(seen.map(({ sequence_number }) => sequence_number)).toEqual(seen.map((_, at) => at));

    const fresh: { type: string }[] = [];
    for await (const event of await api.responses.retrieve(id, { stream: true })) fresh.push(event);
    expect(seen).toEqual(fresh);
    for (let after = 0; after < fresh.length; after++) {
      const rest: { type: string }[] = [];
      const resumed = await api.responses.retrieve(id, { stream: true, starting_after: after });
      for await (const event of resumed) rest.push(event);
      expect(rest).toEqual(fresh.slice(after + 1));
    }
  });

  test('a reset cuts those who read, and the answer goes on', async () => {
    const rig = await startRig();
    const api = client(rig);
    const stream = await api.responses.create({ ...ask(prompt('reset@7')), background: true, stream: true });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow();
    await rig.event('llm.end', { how: 'completed', chunks: 40 });
    expect((await api.responses.retrieve(`resp_${SEED}-0`)).output_text).toBe(oracleText(SEED, 0, 40));
  });

  test('cancel ends it where it is, for whoever reads', async () => {
    const rig = await startRig();
    const api = client(rig);
    await rig.gate(SEED, 10);
    const stream = await api.responses.create({ ...ask(prompt()), background: true, stream: true });
    await rig.event('llm.held', { at: 10 });
    const cancelled = await api.responses.cancel(`resp_${SEED}-0`);
    expect(cancelled.status).toBe('cancelled');
    const texts: string[] = [];
    for await (const event of stream)
      if (event.type === 'response.output_text.delta') texts.push(event.delta);
    expect(texts.join('')).toBe(oracleText(SEED, 0, 10));
    expect(await rig.event('llm.end')).toMatchObject({ how: 'aborted', chunks: 10 });
    expect((await api.responses.cancel(`resp_${SEED}-0`)).status).toBe('cancelled');
  });

  test('a failure ends it as failed', async () => {
    const rig = await startRig();
    const { id } = await client(rig).responses.create({ ...ask(prompt('error@7')), background: true });
    expect(await rig.event('llm.end')).toMatchObject({ how: 'fault', chunks: 7 });
    expect((await client(rig).responses.retrieve(id)).status).toBe('failed');
  });

  test.each<[path: string, status: number, says: string]>([
    ['resp_none', 404, 'no response "resp_none"'],
    [`resp_${SEED}-0?stream=true&starting_after=x`, 400, '"starting_after" must be'],
    ['resp_none/delete', 404, 'no GET'],
  ])('GET %s: %i', async (path, status, says) => {
    const rig = await startRig();
    await client(rig).responses.create({ ...ask(prompt()), background: true });
    const answer = await fetch(`${rig.url}/v1/responses/${path}`);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as Refusal).error.message).toContain(says);
  });

  test('faults that change frames are refused: others read them too', async () => {
    const asked = client(await startRig()).responses.create({ ...ask(prompt('swap@3')), background: true });
    await expect(asked).rejects.toThrow('the same for all its readers');
  });
});
