import Anthropic from '@anthropic-ai/sdk';
import { setupServer } from 'msw/node';
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { expected, expectedText } from './faults/expected.ts';
import { parseTimeline } from './faults/timeline.ts';
import { type LlmHandlersOptions, llmHandlers } from './msw.ts';
import { oracleText } from './oracle.ts';
import { startRig } from './testing/rig.ts';

const SEED = 35;
const CHUNKS = 60;
const prompt = (words = '') => `[[holdfast seed=z chunks=${CHUNKS}${words}]]`;
const user = (content: string) => [{ role: 'user' as const, content }];

function intercept(options?: LlmHandlersOptions): void {
  const server = setupServer(...llmHandlers(options));
  server.listen({ onUnhandledFrame: 'error' });
  onTestFinished(() => server.close());
}

const openai = () => new OpenAI({ apiKey: 'any', maxRetries: 0 });

function post(content: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'any', stream: true, messages: user(content) }),
  });
}

test('official clients read every dialect at its own address', async () => {
  intercept();
  const chat = await openai().chat.completions.create({ model: 'any', messages: user(prompt()) });
  expect(chat.choices[0]!.message.content).toBe(oracleText(SEED, 0, CHUNKS));
  const response = await openai().responses.stream({ model: 'any', input: prompt() }).finalResponse();
  expect(response.output_text).toBe(oracleText(SEED, 1, CHUNKS));
  const anthropic = new Anthropic({ apiKey: 'any', maxRetries: 0 });
  const asked = { model: 'any', max_tokens: 1, messages: user(prompt()) };
  expect(await anthropic.messages.stream(asked).finalText()).toBe(oracleText(SEED, 2, CHUNKS));
});

test.each([
  'none',
  'half-frame@3',
  'duplicate@5',
  'swap@7',
  'malformed@9',
  'error@4',
  'end-twice',
  'clean-end@8',
  '503',
])('%s: the very bytes of the server', async (faults) => {
  const words = ` faults=${faults}`;
  const rig = await startRig();
  const real = await rig.chat(prompt(words));
  const bytes = await real.text();
  intercept();
  const intercepted = await post(prompt(words));
  expect(intercepted.status).toBe(real.status);
  expect(await intercepted.text()).toBe(bytes);
});

test.each(['reset@17', 'fin@17'])('%s: the stream breaks, after what the fault says', async (faults) => {
  intercept();
  const stream = await openai().chat.completions.create({
    model: 'any',
    stream: true,
    messages: user(prompt(` faults=${faults}`)),
  });
  let text = '';
  const read = async () => {
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
  };
  await expect(read()).rejects.toThrow('terminated');
  const spec = { seed: SEED, attempt: 0, chunks: CHUNKS, mode: 'marked' } as const;
  expect(text).toBe(expectedText(spec, expected(spec, parseTimeline(faults))));
});

test('refuse is a network error', async () => {
  intercept({ faults: 'refuse' });
  await expect(post(prompt())).rejects.toThrow(TypeError);
});

test('a timeline for all; the header before it, the prompt before both', async () => {
  intercept({ faults: '500' });
  expect((await post(prompt())).status).toBe(500);
  expect((await post(prompt(), { 'x-holdfast-faults': '404' })).status).toBe(404);
  expect((await post(prompt(' faults=none'), { 'x-holdfast-faults': '404' })).status).toBe(200);
  expect((await post('a title, please')).status).toBe(200);
});

test.each<[words: string, says: string]>([
  [' faults=hold@3', '"hold" needs the mock LLM as a server'],
  [' faults=reset@99', 'strikes past the end'],
  [' gap=x', 'gap must be'],
])('%s is refused with a sentence', async (words, says) => {
  intercept();
  const answer = await post(prompt(words));
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(says.replaceAll('"', '\\"'));
});

test('a caller that goes away ends the waiting', async () => {
  intercept();
  const caller = new AbortController();
  const answer = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    signal: caller.signal,
    body: JSON.stringify({ model: 'any', stream: true, messages: user(prompt(' faults=stall@3')) }),
  });
  const gone = expect(answer.text()).rejects.toThrow('abort');
  caller.abort();
  await gone;
});
