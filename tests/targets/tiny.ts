/** Adapter of the tiny server: it keeps the seam between harness and target honest. */
import { fileURLToPath } from 'node:url';
import type { GenerationState } from '../../harness/history/events.ts';
import type { Target } from '../../harness/targets/target.ts';

interface Entry {
  question: string;
  answer: string;
  text: string;
  end: GenerationState | null;
}

/** @param defect one of those that second-target.test.ts names */
export function tinyTarget(defect = ''): Target {
  return {
    name: defect === '' ? 'tiny' : `tiny-${defect}`,
    persistence: ['memory'],
    framing: 'ndjson',
    capabilities: () => ({
      cursor: 'none',
      resume: 'replace',
      replayAfterEnd: true,
      idempotentSend: false,
      stop: false,
      status: false,
      checkpointEvery: null,
      checkpointWithin: null,
      afterCrash: 'nothing',
      users: false,
    }),
    launch: ({ llmUrl }) => ({
      command: process.execPath,
      args: [fileURLToPath(new URL('./tiny-server.ts', import.meta.url))],
      env: { LLM_URL: llmUrl, DEFECT: defect },
      listening: /listening on (http:\S+)/,
    }),
    ready: { method: 'GET', path: '/' },
    users: [
      { name: 'one', headers: {} },
      { name: 'other', headers: {} },
    ],
    createSession: () => ({ method: 'POST', path: '/rooms' }),
    session: ({ body }) => (body as { room: string }).room,
    send: ({ session, text }) => ({ method: 'POST', path: `/ask/${session}`, json: text }),
    open: ({ message }) => ({ method: 'GET', path: `/answers/${message}` }),
    decode({ data }) {
      const line = JSON.parse(data) as {
        answer?: string;
        soFar?: string;
        more?: string;
        end?: GenerationState;
      };
      if (line.end !== undefined) return { terminal: line.end };
      if (line.more !== undefined) return { text: { how: 'append', text: line.more } };
      if (line.answer === undefined) return { keepAlive: true };
      return { message: line.answer, text: { how: 'set', text: line.soFar! } };
    },
    history: (session) => ({ method: 'GET', path: `/rooms/${session}` }),
    answers({ body }) {
      const entries = body as Entry[];
      return {
        questions: entries.map(({ question }) => question),
        answers: entries.map(({ answer, question, text, end }) => ({
          message: answer,
          question,
          text,
          state: end ?? 'generating',
        })),
      };
    },
    page: {
      modes: ['plain', 'rendered'],
      keepsStreams: true,
      path: (session, mode) =>
        `/page${mode === 'rendered' ? '?rendered' : ''}${session === null ? '' : `#${session}`}`,
      storage: ({ name }) => ({ who: name }),
      controls: {
        newSession: '#another',
        composer: '#say',
        send: '#go',
        session: (id) => `nav a[href="#${id}"]`,
      },
      parts: {
        conversation: { selector: '#room', session: 'data-id', loading: 'data-wait' },
        question: { selector: 'dt' },
        answer: {
          selector: 'dd',
          message: 'data-n',
          state: 'data-is',
          states: { open: 'generating', completed: 'completed', error: 'error' },
          failed: '.lost',
        },
      },
    },
    refusal: ({ status, body }) => ({ code: `HTTP ${status}`, reason: JSON.stringify(body) }),
  };
}
