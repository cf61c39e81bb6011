/** The mock LLM as a target by itself: an engine that reads it has nobody else to wait for. */
import type { Target } from '../../harness/targets/target.ts';

export const bareLlm: Pick<
  Target,
  'name' | 'framing' | 'send' | 'decode' | 'around' | 'open' | 'refusal' | 'history'
> = {
  name: 'bare mock LLM',
  framing: 'sse',
  send: ({ text }) => ({
    method: 'POST',
    path: '/v1/chat/completions',
    json: { model: 'any', stream: true, messages: [{ role: 'user', content: text }] },
  }),
  decode({ data }) {
    if (data === '[DONE]') return { terminal: 'completed' };
    const { choices } = JSON.parse(data) as { choices: { delta: { content?: string } }[] };
    const text = choices[0]?.delta.content;
    return text === undefined ? {} : { text: { how: 'append', text } };
  },
  around({ bytes }, text) {
    const frame = bytes.toString();
    const delta = `"delta":{"content":`;
    const from = frame.indexOf(`${delta}${JSON.stringify(text)}}`);
    if (from === -1) return null;
    const at = from + delta.length;
    return { before: frame.slice(0, at), after: frame.slice(at + JSON.stringify(text).length) };
  },
  open: () => ({ method: 'GET', path: '/' }),
  history: () => ({ method: 'GET', path: '/' }),
  refusal: ({ status }) => ({ code: `HTTP ${status}`, reason: 'refused' }),
};
