import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { AUXILIARY_TEXT, TOOL_NAME } from '../answer.ts';
import { formatDirective } from '../directive.ts';
import { oracle, oracleText, type TextMode } from '../oracle.ts';
import { contentOf, framesOf, prompt, type Refusal, type Rig, startRig } from '../testing/rig.ts';

const CHUNKS = 6000;
const CASES: [seed: number, mode: TextMode][] = [
  [0, 'marked'],
  [0x5eed, 'natural'],
  [0xffffffff, 'marked'],
  [0x80000000, 'natural'],
];

function client(rig: Rig): OpenAI {
  return new OpenAI({ baseURL: `${rig.url}/v1`, apiKey: 'any', maxRetries: 0 });
}

const user = (content: string) => [{ role: 'user' as const, content }];

describe('the official client', () => {
  test.each(CASES)('reads a stream, every hazard in it: seed %i, %s', async (seed, mode) => {
    const rig = await startRig();
    const stream = await client(rig).chat.completions.create({
      model: 'any',
      stream: true,
      stream_options: { include_usage: true },
      messages: user(formatDirective({ seed, chunks: CHUNKS, mode })),
    });
    const received: string[] = [];
    const finish: (string | null)[] = [];
    let first: unknown;
    let usage: unknown;
    for await (const { choices, usage: counted } of stream) {
      first ??= choices[0]?.delta;
      usage = counted;
      for (const { delta, finish_reason } of choices) {
        if (typeof delta.content === 'string') received.push(delta.content);
        if (finish_reason !== null) finish.push(finish_reason);
      }
    }
    expect(first).toEqual({ role: 'assistant' });
    expect(received).toEqual(Array.from({ length: CHUNKS }, (_, i) => oracle(seed, 0, i, mode)));
    expect(finish).toEqual(['stop']);
    expect(usage).toMatchObject({ completion_tokens: CHUNKS });
  });

  test.each(CASES)('reads it in one piece: seed %i, %s', async (seed, mode) => {
    const rig = await startRig();
    const { choices, usage } = await client(rig).chat.completions.create({
      model: 'any',
      messages: user(formatDirective({ seed, chunks: CHUNKS, mode })),
    });
    expect(choices).toHaveLength(1);
    expect(choices[0]!.message.content).toBe(oracleText(seed, 0, CHUNKS, mode));
    expect(choices[0]!.finish_reason).toBe('stop');
    expect(usage?.completion_tokens).toBe(CHUNKS);
    expect(usage!.total_tokens).toBe(usage!.prompt_tokens + CHUNKS);
  });

  test('reads reasoning and a tool call, in a stream as in one piece', async () => {
    const messages = user(formatDirective({ seed: 3, chunks: 20, reasoning: 5, tool: 4 }));
    const streamed = await client(await startRig())
      .chat.completions.stream({ model: 'any', messages })
      .finalMessage();
    const whole = await client(await startRig()).chat.completions.create({ model: 'any', messages });
    const { message, finish_reason } = whole.choices[0]!;
    expect(finish_reason).toBe('tool_calls');
    expect(message.content).toBe(oracleText(3, 0, 20));
    expect(Reflect.get(message, 'reasoning_content')).toMatch(/./);
    expect(streamed.content).toBe(message.content);
    expect(streamed.tool_calls).toMatchObject(message.tool_calls!);
    expect(message.tool_calls).toMatchObject([
      { function: { name: TOOL_NAME, arguments: expect.stringMatching(/^\{"note"/) } },
    ]);
  });

  test('lists the models', async () => {
    const models = await client(await startRig()).models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['holdfast']);
  });

  test('is told what is wrong with a directive, as an error of its own', async () => {
    const asked = client(await startRig()).chat.completions.create({
      model: 'any',
      messages: user('[[holdfast seed=1]]'),
    });
    await expect(asked).rejects.toThrow(OpenAI.BadRequestError);
    await expect(asked).rejects.toMatchObject({ code: 'ML_DIRECTIVE', type: 'invalid_request_error' });
    await expect(asked).rejects.toThrow('chunks must be a whole number');
  });
});

describe('which message holds the directive', () => {
  const [older, newer] = [formatDirective({ seed: 1, chunks: 3 }), formatDirective({ seed: 2, chunks: 3 })];
  const spoken = (seed: number) => oracleText(seed, 0, 3);

  test.each<[what: string, messages: unknown[], text: string]>([
    [
      'the last of the user',
      [...user(older), { role: 'assistant', content: 'x' }, ...user(newer)],
      spoken(2),
    ],
    ['whatever follows it', [...user(older), { role: 'assistant', content: newer }], spoken(1)],
    ['not the system', [{ role: 'system', content: older }, ...user('a title, please')], AUXILIARY_TEXT],
    ['not an earlier one', [...user(older), ...user('a title, please')], AUXILIARY_TEXT],
    ['nobody', [{ role: 'system', content: older }], AUXILIARY_TEXT],
    [
      'a part of it',
      [
        {
          role: 'user',
          content: [{ type: 'text', text: 'look' }, { type: 'image_url' }, { type: 'text', text: older }],
        },
      ],
      spoken(1),
    ],
    [
      'one without content',
      [...user(older), { role: 'assistant', content: null, tool_calls: [] }],
      spoken(1),
    ],
  ])('%s', async (_, messages, text) => {
    const rig = await startRig();
    for (const stream of [false, true]) {
      const answer = await fetch(`${rig.url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'any', stream, messages }),
      });
      const body = await answer.text();
      if (!stream) expect(JSON.parse(body).choices[0].message.content).toBe(text);
      else if (text === AUXILIARY_TEXT) expect(contentOf(framesOf(body)).join('')).toBe(text);
      // The second call of the seed is its second attempt.
      else expect(contentOf(framesOf(body)).join('')).toBe(oracleText(text === spoken(1) ? 1 : 2, 1, 3));
    }
  });
});

describe('on the wire', () => {
  test('a frame is one line, whatever its text holds', async () => {
    const rig = await startRig();
    const body = await (await rig.chat(prompt(0x5eed, CHUNKS))).text();
    expect(body).toMatch(/\u2028/u);
    expect(body).not.toContain('\r');
    const frames = framesOf(body);
    for (const frame of frames) expect(frame).toMatch(/^data: (\{[^\n]*\}|\[DONE\])$/u);
    // Role, chunks, finish, [DONE].
    expect(frames).toHaveLength(1 + CHUNKS + 2);
  });

  test('the same seed gives the same bytes from any mock', async () => {
    const [one, other] = await Promise.all([startRig(), startRig()]);
    for (const stream of [true, false]) {
      const [a, b] = await Promise.all([one, other].map((rig) => rig.chat(prompt(7, 50), { stream })));
      expect(await a!.text()).toBe(await b!.text());
    }
  });

  test('usage comes only to who asks for it', async () => {
    const rig = await startRig();
    expect(await (await rig.chat(prompt(7, 5))).text()).not.toContain('usage');
  });
});

describe('a body that is refused, with a sentence', () => {
  const messages = user('x');
  test.each<[body: unknown, says: string]>([
    ['{', 'not JSON'],
    ['', 'not JSON'],
    [[], '"body" must be a JSON object, not []'],
    [null, '"body" must be'],
    [{ messages }, '"model" must be the name of a model (any), not missing'],
    [{ model: 'any' }, '"messages" must be a list of at least one message, not missing'],
    [{ model: 'any', messages: [] }, '"messages" must be'],
    [{ model: 'any', messages: ['x'] }, '"messages[0]" must be an object, not "x"'],
    [{ model: 'any', messages: [{ content: 'x' }] }, '"messages[0].role" must be a string, not missing'],
    [{ model: 'any', messages: [{ role: 'user', content: 7 }] }, '"messages[0].content" must be'],
    [
      { model: 'any', messages: [{ role: 'user', content: ['x'] }] },
      '"messages[0].content[0]" must be an object',
    ],
    [
      { model: 'any', messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'content[0].text" must be a string',
    ],
    [{ model: 'any', messages, stream: 'yes' }, '"stream" must be true or false, not "yes"'],
    [{ model: 'any', messages, stream_options: 1 }, '"stream_options" must be an object'],
    [
      { model: 'any', messages, stream_options: { include_usage: 1 } },
      '"stream_options.include_usage" must be',
    ],
    [{ model: 'any', messages, n: 2 }, '"n" must be 1'],
  ])('%j', async (body, says) => {
    const rig = await startRig();
    const answer = await fetch(`${rig.url}/v1/chat/completions`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as Refusal;
    expect(error).toEqual({
      message: expect.stringContaining(says),
      type: 'invalid_request_error',
      param: null,
      code: expect.stringMatching(/^ML_/),
    });
    expect((await rig.ledger()).calls).toEqual([]);
  });
});
