/**
 * OpenAI Responses, with background mode. What would make the answer another (`max_output_tokens`, `tools`,
 * `instructions` …) is ignored. Every event is numbered, so that a reader can come back and go on after one.
 */
import { type Answer, TOOL_NAME, wholeText } from '../answer.ts';
import {
  CREATED,
  type Fields,
  fieldsIn,
  flag,
  invalid,
  isFields,
  type Message,
  messagesIn,
  modelIn,
  promptOf,
  streamOption,
  tokensOf,
} from './body.ts';
import type { Dialect, Script, SnapshotStatus } from './dialect.ts';
import { obfuscation } from './obfuscation.ts';
import { openaiFailure, openaiRefusal } from './openai-errors.ts';

export const openaiResponses: Dialect = {
  name: 'OpenAI Responses',
  path: '/v1/responses',
  documents: {},

  read(body) {
    const fields = fieldsIn(body);
    const said = inputIn(fields.input);
    const background = flag(fields.background, 'background');
    const manner = {
      model: modelIn(fields),
      promptTokens: tokensOf(said),
      obfuscated: streamOption(fields, 'include_obfuscation'),
      background,
    };
    return {
      prompt: promptOf(said),
      stream: flag(fields.stream, 'stream'),
      background,
      script: (answer) => scriptFor(answer, manner),
    };
  },

  refusal: openaiRefusal,
  failure: openaiFailure,
};

function inputIn(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  if (!Array.isArray(input) || input.length === 0) {
    throw invalid('input', 'a text or a list of at least one item', input);
  }
  const messages = input.filter((item) => !isOtherItem(item));
  return messages.length === 0 ? [] : messagesIn(messages, 'input', ['input_text', 'output_text', 'text']);
}

/** Calls, their outputs, reasoning: items that are no messages. */
function isOtherItem(item: unknown): boolean {
  return (
    isFields(item) && item.role === undefined && typeof item.type === 'string' && item.type !== 'message'
  );
}

interface Manner {
  model: string;
  promptTokens: number;
  obfuscated: boolean;
  background: boolean;
}

type Event = readonly [type: string, fields: Fields];

function scriptFor(answer: Answer, manner: Manner): Script {
  const { name, chunks } = answer;
  const items = itemsOf(answer);
  const snapshot = (status: SnapshotStatus, said: number) => responseOf(answer, manner, items, status, said);

  const created = snapshot('in_progress', 0);
  const before: Event[] = [
    ['response.created', { response: created }],
    ['response.in_progress', { response: created }],
    ...items.reasoningEvents,
    ['response.output_item.added', { output_index: items.textIndex, item: items.message('in_progress') }],
    ['response.content_part.added', { ...items.inText, part: items.part('') }],
  ];
  const firstChunk = before.length;
  const beforeText = `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"${items.inText.item_id}","output_index":${items.textIndex},"content_index":0,"delta":`;

  return {
    opening: () => numbered(before, 0),
    chunk: (text, i) =>
      `${beforeText}${JSON.stringify(text)},"logprobs":[],"sequence_number":${firstChunk + i}${manner.obfuscated ? `,"obfuscation":"${obfuscation(name, i)}"` : ''}}\n\n`,
    closing() {
      const text = wholeText(answer);
      const after: Event[] = [
        ['response.output_text.done', { ...items.inText, text, logprobs: [] }],
        ['response.content_part.done', { ...items.inText, part: items.part(text) }],
        [
          'response.output_item.done',
          { output_index: items.textIndex, item: items.message('completed', text) },
        ],
        ...items.toolEvents,
        ['response.completed', { response: snapshot('completed', chunks) }],
      ];
      return numbered(after, firstChunk + chunks);
    },
    failure: (said) =>
      numbered([['response.failed', { response: snapshot('failed', said) }]], firstChunk + said).join(''),
    keepAlive: ': keep-alive\n\n',
    divisible: false,
    whole: () => JSON.stringify(snapshot('completed', chunks)),
    snapshot,
  };
}

function numbered(events: readonly Event[], from: number): string[] {
  return events.map(
    ([type, fields], at) =>
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: from + at, ...fields })}\n\n`,
  );
}

interface Items {
  /** Place of the message among the output items. */
  textIndex: number;
  /** What every event about its text repeats. */
  inText: { item_id: string; output_index: number; content_index: number };
  part(text: string): object;
  message(status: 'in_progress' | 'completed' | 'incomplete', text?: string): object;
  reasoning: readonly object[];
  reasoningEvents: readonly Event[];
  tools: readonly object[];
  toolEvents: readonly Event[];
}

function itemsOf({ name, reasoning, toolCall }: Answer): Items {
  const id = `msg_${name}`;
  const textIndex = reasoning.length > 0 ? 1 : 0;
  const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  const thought = reasoning.length > 0 ? reasoningItem(`rs_${name}`, reasoning) : null;
  const tool = toolCall.length > 0 ? toolItem(name, textIndex + 1, toolCall) : null;
  return {
    textIndex,
    inText: { item_id: id, output_index: textIndex, content_index: 0 },
    part,
    message: (status, text) => ({
      id,
      type: 'message',
      status,
      role: 'assistant',
      content: text === undefined ? [] : [part(text)],
    }),
    reasoning: thought ? [thought.item] : [],
    reasoningEvents: thought?.events ?? [],
    tools: tool ? [tool.item] : [],
    toolEvents: tool?.events ?? [],
  };
}

function reasoningItem(id: string, texts: readonly string[]): { item: object; events: Event[] } {
  const part = { type: 'summary_text', text: texts.join('') };
  const item = { id, type: 'reasoning', summary: [part] };
  const place = { item_id: id, output_index: 0, summary_index: 0 };
  return {
    item,
    events: [
      ['response.output_item.added', { output_index: 0, item: { ...item, summary: [] } }],
      ['response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } }],
      ...texts.map((delta): Event => ['response.reasoning_summary_text.delta', { ...place, delta }]),
      ['response.reasoning_summary_text.done', { ...place, text: part.text }],
      ['response.reasoning_summary_part.done', { ...place, part }],
      ['response.output_item.done', { output_index: 0, item }],
    ],
  };
}

function toolItem(
  name: string,
  output_index: number,
  pieces: readonly string[],
): { item: object; events: Event[] } {
  const id = `fc_${name}`;
  const item = (status: string, args: string) => ({
    id,
    type: 'function_call',
    status,
    call_id: `call_${name}`,
    name: TOOL_NAME,
    arguments: args,
  });
  const place = { item_id: id, output_index };
  const whole = pieces.join('');
  return {
    item: item('completed', whole),
    events: [
      ['response.output_item.added', { output_index, item: item('in_progress', '') }],
      ...pieces.map((delta): Event => ['response.function_call_arguments.delta', { ...place, delta }]),
      ['response.function_call_arguments.done', { ...place, name: TOOL_NAME, arguments: whole }],
      ['response.output_item.done', { output_index, item: item('completed', whole) }],
    ],
  };
}

/** The response as it stands after `said` chunks. */
function responseOf(
  answer: Answer,
  { model, promptTokens, background }: Manner,
  items: Items,
  status: SnapshotStatus,
  said: number,
): { id: string } {
  const done = status === 'completed';
  const tokens = said + answer.reasoning.length + (done ? answer.toolCall.length : 0);
  const text = () => wholeText({ chunks: said, text: answer.text });
  const message = () => items.message(done ? 'completed' : 'incomplete', text());
  return {
    id: `resp_${answer.name}`,
    ...{
      object: 'response',
      created_at: CREATED,
      status,
      background,
      error:
        status === 'failed'
          ? { code: 'server_error', message: 'The model failed to generate a response.' }
          : null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      model,
      output: said > 0 || done ? [...items.reasoning, message(), ...(done ? items.tools : [])] : [],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      store: true,
      temperature: 1,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_p: 1,
      truncation: 'disabled',
      usage:
        status === 'in_progress'
          ? null
          : {
              input_tokens: promptTokens,
              input_tokens_details: { cached_tokens: 0 },
              output_tokens: tokens,
              output_tokens_details: { reasoning_tokens: answer.reasoning.length },
              total_tokens: promptTokens + tokens,
            },
      user: null,
      metadata: {},
    },
  };
}
