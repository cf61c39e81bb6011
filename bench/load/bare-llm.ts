/** The mock LLM as a target by itself: an engine that reads it has nobody else to wait for. */
import type { Target } from '../../harness/targets/target.ts';

export const bareLlm: Pick<Target, 'name' | 'framing' | 'send' | 'decode' | 'open' | 'refusal' | 'history'> =
  {
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
    open: () => ({ method: 'GET', path: '/' }),
    history: () => ({ method: 'GET', path: '/' }),
    refusal: ({ status }) => ({ code: `HTTP ${status}`, reason: 'refused' }),
  };
