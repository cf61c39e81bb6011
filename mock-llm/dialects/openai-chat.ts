/** OpenAI Chat Completions. What would make the answer another (`max_tokens`, `stop`, `tools` …) is ignored. */
import { MockLlmError } from '../errors.ts';
import type { Dialect, Question } from './dialect.ts';

// The same seed gives the same bytes, so the answer's birthday is always the same.
const CREATED = 1_700_000_000;
const CHARACTERS_PER_TOKEN = 4;

type Fields = Readonly<Record<string, unknown>>;

export const openaiChat: Dialect = {
  path: '/v1/chat/completions',

  documents: {
    '/v1/models': {
      object: 'list',
      data: [{ id: 'holdfast', object: 'model', created: CREATED, owned_by: 'holdfast' }],
    },
  },

  read(body) {
    if (!isFields(body)) throw invalid('body', 'a JSON object', body);
    const { model, messages, stream, n } = body;
    if (typeof model !== 'string' || model === '') throw invalid('model', 'the name of a model (any)', model);
    if (!Array.isArray(messages) || messages.length === 0) {
      throw invalid('messages', 'a list of at least one message', messages);
    }
    if (n !== undefined && n !== null && n !== 1) throw invalid('n', '1: this mock gives one choice', n);
    const said = messages.map(messageIn);
    return {
      prompt: said.findLast(({ role }) => role === 'user')?.text ?? '',
      stream: flag(stream, 'stream'),
      script: scriptFor(model, tokensOf(said), wantsUsage(body)),
    };
  },

  refusal({ code, message, status }) {
    const type = status < 500 ? 'invalid_request_error' : 'server_error';
    return { error: { message, type, param: null, code } };
  },
};

/** Head and tail of a frame are the same for all chunks of an answer: only the text is written anew. */
function scriptFor(model: string, promptTokens: number, withUsage: boolean): Question['script'] {
  return ({ name, chunks }) => {
    const id = `chatcmpl-${name}`;
    const usage = {
      prompt_tokens: promptTokens,
      completion_tokens: chunks,
      total_tokens: promptTokens + chunks,
    };
    const common = `"id":"${id}","object":"chat.completion.chunk","created":${CREATED},"model":${JSON.stringify(model)}`;
    const noUsage = withUsage ? ',"usage":null' : '';
    const head = `data: {${common},"choices":[{"index":0,"delta":`;
    const tail = (finish: string) => `,"finish_reason":${finish}}]${noUsage}}\n\n`;
    const beforeText = `${head}{"content":`;
    const afterText = `}${tail('null')}`;
    return {
      opening: `${head}{"role":"assistant"}${tail('null')}`,
      chunk: (text) => beforeText + JSON.stringify(text) + afterText,
      closing:
        `${head}{}${tail('"stop"')}` +
        (withUsage ? `data: {${common},"choices":[],"usage":${JSON.stringify(usage)}}\n\n` : '') +
        'data: [DONE]\n\n',
      whole: (content) => ({
        id,
        object: 'chat.completion',
        created: CREATED,
        model,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content, refusal: null },
            logprobs: null,
            finish_reason: 'stop',
          },
        ],
        usage,
      }),
    };
  };
}

function messageIn(message: unknown, index: number): { role: string; text: string } {
  const field = `messages[${index}]`;
  if (!isFields(message)) throw invalid(field, 'an object', message);
  const { role, content } = message;
  if (typeof role !== 'string') throw invalid(`${field}.role`, 'a string', role);
  return { role, text: textIn(content, `${field}.content`) };
}

function textIn(content: unknown, field: string): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalid(field, 'a string or a list of parts', content);
  return content
    .map((part: unknown, index) => {
      if (!isFields(part)) throw invalid(`${field}[${index}]`, 'an object', part);
      if (part.type !== 'text') return '';
      if (typeof part.text !== 'string') throw invalid(`${field}[${index}].text`, 'a string', part.text);
      return part.text;
    })
    .join('\n');
}

function wantsUsage(body: Fields): boolean {
  const options = body.stream_options;
  if (options === undefined || options === null) return false;
  if (!isFields(options)) throw invalid('stream_options', 'an object', options);
  return flag(options.include_usage, 'stream_options.include_usage');
}

function flag(value: unknown, field: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(field, 'true or false', value);
  return value;
}

function tokensOf(said: readonly { text: string }[]): number {
  const characters = said.reduce((sum, { text }) => sum + text.length, 0);
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(field: string, allowed: string, actual: unknown): MockLlmError {
  const shown = actual === undefined ? 'missing' : JSON.stringify(actual).slice(0, 80);
  return new MockLlmError('ML_INVALID', { field, allowed, actual: shown });
}
