/** The AI SDK reads every dialect, in a stream and in one piece, and yields what the oracle says. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, type LanguageModel, streamText } from 'ai';
import { describe, expect, test } from 'vitest';
import { formatDirective } from '../directive.ts';
import { parseTimeline } from '../faults/timeline.ts';
import { oracleText } from '../oracle.ts';
import { startRig } from '../testing/rig.ts';

const SEED = 21;
const CHUNKS = 500;

const MODELS: [dialect: string, model: (base: string) => LanguageModel][] = [
  ['OpenAI Chat Completions', (baseURL) => createOpenAI({ baseURL, apiKey: 'any' }).chat('gpt-4o')],
  ['OpenAI Responses', (baseURL) => createOpenAI({ baseURL, apiKey: 'any' }).responses('gpt-4o')],
  ['Anthropic Messages', (baseURL) => createAnthropic({ baseURL, apiKey: 'any' })('claude-sonnet-4-5')],
];

async function modelFor(make: (base: string) => LanguageModel) {
  const rig = await startRig();
  return make(`${rig.url}/v1`);
}

describe.each(MODELS)('%s', (_, make) => {
  test('in a stream', async () => {
    const { textStream, finishReason } = streamText({
      model: await modelFor(make),
      prompt: formatDirective({ seed: SEED, chunks: CHUNKS }),
    });
    let text = '';
    for await (const delta of textStream) text += delta;
    expect(text).toBe(oracleText(SEED, 0, CHUNKS));
    expect(await finishReason).toBe('stop');
  });

  test('in one piece', async () => {
    const { text, finishReason } = await generateText({
      model: await modelFor(make),
      prompt: formatDirective({ seed: SEED, chunks: CHUNKS }),
    });
    expect(text).toBe(oracleText(SEED, 0, CHUNKS));
    expect(finishReason).toBe('stop');
  });

  test('an error in mid-stream comes as an error, after what was said', async () => {
    const errors: unknown[] = [];
    const { stream } = streamText({
      model: await modelFor(make),
      maxRetries: 0,
      prompt: formatDirective({ seed: SEED, chunks: CHUNKS, faults: parseTimeline('error@100') }),
      onError: ({ error }) => void errors.push(error),
    });
    let text = '';
    for await (const part of stream) if (part.type === 'text-delta') text += part.text;
    expect(text).toBe(oracleText(SEED, 0, 100));
    expect(errors.length).toBeGreaterThan(0);
  });
});
