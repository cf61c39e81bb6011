/** OpenAI Chat Completions. What would make the answer another (`max_tokens`, `stop`, `tools` …) is ignored. */
import { type Answer, TOOL_NAME, wholeText } from '../answer.ts';
import {
  CREATED,
  fieldsIn,
  flag,
  invalid,
  messagesIn,
  modelIn,
  promptOf,
  streamOption,
  tokensOf,
} from './body.ts';
import type { Dialect, Script } from './dialect.ts';
import { obfuscation } from './obfuscation.ts';
import { openaiFailure, openaiRefusal } from './openai-errors.ts';

export const openaiChat: Dialect = {
  name: 'OpenAI Chat Completions',
  path: '/v1/chat/completions',

  documents: {
    '/v1/models': {
      object: 'list',
      data: [{ id: 'holdfast', object: 'model', created: CREATED, owned_by: 'holdfast' }],
    },
  },

  read(body) {
    const fields = fieldsIn(body);
    const model = modelIn(fields);
    const said = messagesIn(fields.messages, 'messages', ['text']);
    const { stream, n } = fields;
    if (n !== undefined && n !== null && n !== 1) throw invalid('n', '1: this mock gives one choice', n);
    const manner = {
      model,
      promptTokens: tokensOf(said),
      withUsage: streamOption(fields, 'include_usage'),
      obfuscated: streamOption(fields, 'include_obfuscation'),
    };
    return {
      prompt: promptOf(said),
      stream: flag(stream, 'stream'),
      background: false,
      script: (answer) => scriptFor(answer, manner),
    };
  },

  refusal: openaiRefusal,
  failure: openaiFailure,
};

interface Manner {
  model: string;
  promptTokens: number;
  withUsage: boolean;
  obfuscated: boolean;
}

function scriptFor(answer: Answer, { model, promptTokens, withUsage, obfuscated }: Manner): Script {
  const { name, chunks, reasoning, toolCall } = answer;
  const id = `chatcmpl-${name}`;
  const callId = `call_${name}`;
  const tokens = chunks + reasoning.length + toolCall.length;
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: tokens,
    total_tokens: promptTokens + tokens,
    ...(reasoning.length > 0 && { completion_tokens_details: { reasoning_tokens: reasoning.length } }),
  };
  const finish = toolCall.length > 0 ? 'tool_calls' : 'stop';
  const common = () =>
    `"id":"${id}","object":"chat.completion.chunk","created":${CREATED},"model":${JSON.stringify(model)}`;
  const head = () => `data: {${common()},"choices":[{"index":0,"delta":`;
  const tail = (reason: string) => `,"finish_reason":${reason}}]${withUsage ? ',"usage":null' : ''}`;
  const delta = (fields: unknown, reason = 'null') =>
    `${head()}${JSON.stringify(fields)}${tail(reason)}}\n\n`;
  const beforeText = () => `${head()}{"content":`;
  const afterText = () => `}${tail('null')}`;

  return {
    opening: () => [
      delta({ role: 'assistant' }),
      ...reasoning.map((text) => delta({ reasoning_content: text })),
    ],
    chunk: (text, i) =>
      `${beforeText()}${JSON.stringify(text)}${afterText()}${obfuscated ? `,"obfuscation":"${obfuscation(name, i)}"` : ''}}\n\n`,
    ...(!obfuscated && { around: () => ({ head: beforeText(), tail: `${afterText()}}\n\n` }) }),
    closing: () => [
      ...toolCall.map((piece, i) =>
        delta({
          tool_calls: [
            i === 0
              ? { index: 0, id: callId, type: 'function', function: { name: TOOL_NAME, arguments: piece } }
              : { index: 0, function: { arguments: piece } },
          ],
        }),
      ),
      delta({}, `"${finish}"`),
      ...(withUsage ? [`data: {${common()},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`] : []),
      'data: [DONE]\n\n',
    ],
    failure: () => `data: ${JSON.stringify(openaiFailure(500))}\n\n`,
    keepAlive: ': keep-alive\n\n',
    divisible: true,
    whole: () =>
      JSON.stringify({
        id,
        object: 'chat.completion',
        created: CREATED,
        model,
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: wholeText(answer),
              refusal: null,
              ...(reasoning.length > 0 && { reasoning_content: reasoning.join('') }),
              ...(toolCall.length > 0 && {
                tool_calls: [
                  {
                    id: callId,
                    type: 'function',
                    function: { name: TOOL_NAME, arguments: toolCall.join('') },
                  },
                ],
              }),
            },
            logprobs: null,
            finish_reason: finish,
          },
        ],
        usage,
      }),
  };
}
