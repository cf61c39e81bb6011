/** Anthropic Messages. What would make the answer another (`stop_sequences`, `tools` …) is ignored. */
import { type Answer, TOOL_NAME, wholeText } from '../answer.ts';
import type { MockLlmError } from '../errors.ts';
import type { FailureStatus } from '../faults/fault.ts';
import { fieldsIn, flag, invalid, messagesIn, modelIn, promptOf, tokensOf } from './body.ts';
import type { Dialect, Script } from './dialect.ts';

const FAILURES: Readonly<Record<FailureStatus, readonly [type: string, message: string]>> = {
  401: ['authentication_error', 'invalid x-api-key'],
  404: ['not_found_error', 'model: not found'],
  429: ['rate_limit_error', 'This request would exceed your rate limit.'],
  500: ['api_error', 'Internal server error'],
  503: ['overloaded_error', 'Overloaded'],
};

const SIGNATURE = 'aG9sZGZhc3Q=';

export const anthropicMessages: Dialect = {
  name: 'Anthropic Messages',
  path: '/v1/messages',
  documents: {},

  read(body) {
    const fields = fieldsIn(body);
    const model = modelIn(fields);
    const { max_tokens } = fields;
    if (typeof max_tokens !== 'number' || max_tokens < 1) {
      throw invalid('max_tokens', 'a number above 0 (it limits nothing here)', max_tokens);
    }
    const said = messagesIn(fields.messages, 'messages', ['text']);
    return {
      prompt: promptOf(said),
      stream: flag(fields.stream, 'stream'),
      background: false,
      script: (answer) => scriptFor(answer, model, tokensOf(said)),
    };
  },

  refusal: ({ code, message, status }: MockLlmError) =>
    errorBody(status < 500 ? 'invalid_request_error' : 'api_error', `${code}: ${message}`),
  failure: (status) => errorBody(...FAILURES[status]),
};

function errorBody(type: string, message: string): unknown {
  return { type: 'error', error: { type, message }, request_id: 'req_holdfast' };
}

function frame(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const PING = frame('ping', {});

function scriptFor(answer: Answer, model: string, promptTokens: number): Script {
  const { name, chunks, reasoning, toolCall } = answer;
  const message = {
    id: `msg_${name}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [] as unknown[],
    stop_reason: null as string | null,
    stop_sequence: null,
  };
  const usage = { input_tokens: promptTokens, output_tokens: chunks + reasoning.length + toolCall.length };
  const stopReason = toolCall.length > 0 ? 'tool_use' : 'end_turn';
  const textIndex = reasoning.length > 0 ? 1 : 0;
  const start = (index: number, content_block: object) =>
    frame('content_block_start', { index, content_block });
  const delta = (index: number, fields: object) => frame('content_block_delta', { index, delta: fields });
  const stop = (index: number) => frame('content_block_stop', { index });
  const tool = { type: 'tool_use', id: `toolu_${name}`, name: TOOL_NAME };
  const beforeText = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${textIndex},"delta":{"type":"text_delta","text":`;

  return {
    opening: () => [
      frame('message_start', { message: { ...message, usage: { ...usage, output_tokens: 1 } } }),
      ...(reasoning.length > 0
        ? [
            start(0, { type: 'thinking', thinking: '', signature: '' }),
            ...reasoning.map((thinking) => delta(0, { type: 'thinking_delta', thinking })),
            delta(0, { type: 'signature_delta', signature: SIGNATURE }),
            stop(0),
          ]
        : []),
      start(textIndex, { type: 'text', text: '' }),
      PING,
    ],
    chunk: (text) => `${beforeText}${JSON.stringify(text)}}}\n\n`,
    around: () => ({ head: beforeText, tail: '}}\n\n' }),
    closing: () => [
      stop(textIndex),
      ...(toolCall.length > 0
        ? [
            start(textIndex + 1, { ...tool, input: {} }),
            ...toolCall.map((partial_json) =>
              delta(textIndex + 1, { type: 'input_json_delta', partial_json }),
            ),
            stop(textIndex + 1),
          ]
        : []),
      frame('message_delta', {
        delta: { stop_reason: stopReason, stop_sequence: null },
        usage: { output_tokens: usage.output_tokens },
      }),
      frame('message_stop', {}),
    ],
    failure: () => frame('error', { error: { type: FAILURES[503][0], message: FAILURES[503][1] } }),
    keepAlive: PING,
    divisible: true,
    whole: () =>
      JSON.stringify({
        ...message,
        content: [
          ...(reasoning.length > 0
            ? [{ type: 'thinking', thinking: reasoning.join(''), signature: SIGNATURE }]
            : []),
          { type: 'text', text: wholeText(answer) },
          ...(toolCall.length > 0 ? [{ ...tool, input: JSON.parse(toolCall.join('')) }] : []),
        ],
        stop_reason: stopReason,
        usage,
      }),
  };
}
