import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { TOOL_NAME } from '../answer.ts';
import { formatDirective } from '../directive.ts';
import { oracle, oracleText, type TextMode } from '../oracle.ts';
import { framesOf, type Rig, startRig } from '../testing/rig.ts';

const CHUNKS = 3000;
const CASES: [seed: number, mode: TextMode][] = [
  [0, 'marked'],
  [0x5eed, 'natural'],
  [0xffffffff, 'marked'],
];

const client = (rig: Rig) => new Anthropic({ baseURL: rig.url, apiKey: 'any', maxRetries: 0 });
const asked = (content: string) => ({
  model: 'any',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content }],
});

test.each(CASES)(
  'the official client reads a stream, every hazard in it: seed %i, %s',
  async (seed, mode) => {
    const rig = await startRig();
    const received: string[] = [];
    const stream = client(rig).messages.stream(asked(formatDirective({ seed, chunks: CHUNKS, mode })));
    for await (const event of stream) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
        received.push(event.delta.text);
    }
    expect(received).toEqual(Array.from({ length: CHUNKS }, (_, i) => oracle(seed, 0, i, mode)));
    const message = await stream.finalMessage();
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: CHUNKS } });
  },
);

test.each(CASES)('and in one piece: seed %i, %s', async (seed, mode) => {
  const rig = await startRig();
  const message = await client(rig).messages.create(asked(formatDirective({ seed, chunks: CHUNKS, mode })));
  expect(message.content).toEqual([{ type: 'text', text: oracleText(seed, 0, CHUNKS, mode) }]);
});

test('thinking, text and a tool call: the same in a stream and in one piece', async () => {
  const seed = 11;
  const prompt = formatDirective({ seed, chunks: 20, reasoning: 5, tool: 4 });
  const streamed = await client(await startRig())
    .messages.stream(asked(prompt))
    .finalMessage();
  const whole = await client(await startRig()).messages.create(asked(prompt));
  expect(streamed.content).toEqual(whole.content);
  expect(whole).toMatchObject({ stop_reason: 'tool_use', usage: { output_tokens: 29 } });
  expect(whole.content).toMatchObject([
    { type: 'thinking', thinking: expect.stringMatching(/./) },
    { type: 'text', text: oracleText(seed, 0, 20) },
    { type: 'tool_use', name: TOOL_NAME, input: { note: expect.stringMatching(/./) } },
  ]);
});

test('an error in mid-stream, and one instead of an answer, come as errors of the client', async () => {
  const api = client(await startRig());
  const broken = formatDirective({ seed: 1, chunks: 9 }).replace(']]', ' faults=error@4]]');
  await expect(api.messages.stream(asked(broken)).finalMessage()).rejects.toThrow('Overloaded');
  const refused = formatDirective({ seed: 2, chunks: 9 }).replace(']]', ' faults=429:3]]');
  const error = await api.messages.create(asked(refused)).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  expect((error as InstanceType<typeof Anthropic.APIError>).headers?.get('retry-after')).toBe('3');
});

test('it pings, and a stalled stream is kept alive by pings', async () => {
  const rig = await startRig();
  const prompt = '[[holdfast seed=1 chunks=5 faults=stall-alive@2]]';
  const answer = await fetch(`${rig.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ ...asked(prompt), stream: true }),
  });
  let body = '';
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
    body += piece;
    if (framesOf(body).filter((frame) => frame.startsWith('event: ping')).length >= 3) break;
  }
  expect(framesOf(body)[2]).toBe('event: ping\ndata: {"type":"ping"}');
});

test.each<[body: object, says: string]>([
  [{ model: 'any', messages: [{ role: 'user', content: 'x' }] }, '"max_tokens" must be'],
  [{ model: 'any', max_tokens: 1, messages: [] }, '"messages" must be'],
])('%j is refused in the shape of the provider', async (body, says) => {
  const rig = await startRig();
  const answer = await fetch(`${rig.url}/v1/messages`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error', message: expect.stringContaining(says) },
  });
});
