// oguzbilgic/kern-ai P#16: on reconnecting the old stream is not closed, and every chunk arrives by both.
import type { ServerEvent } from '../client/events.ts';
import { byArrival, type PageDefect } from './page-defect.ts';

type Heard = ServerEvent | 'end';

export const oldSourceLeftOpen: PageDefect = {
  name: 'old-source-left-open',
  about: 'A stream that is left for a new one stays open, and goes on adding its chunks.',
  seenIn: ['oguzbilgic/kern-ai P#16'],
  change(parts) {
    const { api, events } = parts;
    const never = new AbortController().signal;
    const answers = new WeakMap<Response, string>();
    /** Who listens to an answer now, by its id: every stream that was ever opened for it speaks to them. */
    const listeners = new Map<string, (heard: Heard) => void>();

    async function pump(response: Response): Promise<void> {
      const answer = () => answers.get(response) ?? '';
      for await (const event of events(response, never)) {
        if (event.type === 'message') {
          const waiting = listeners.get('');
          if (waiting) listeners.set(event.answer, waiting);
          answers.set(response, event.answer);
        }
        listeners.get(answer())?.(event);
      }
      listeners.get(answer())?.('end');
    }

    return byArrival({
      ...parts,
      api: {
        ...api,
        send: (question) => api.send(question, never),
        async stream(id, cursor) {
          const response = await api.stream(id, cursor, never);
          answers.set(response, id);
          return response;
        },
      },
      async *events(response, signal) {
        const heard: Heard[] = [];
        let wake = () => {};
        listeners.set(answers.get(response) ?? '', (event) => {
          heard.push(event);
          wake();
        });
        signal.addEventListener('abort', () => wake());
        pump(response).catch(() => listeners.get(answers.get(response) ?? '')?.('end'));
        while (!signal.aborted) {
          const event = heard.shift();
          if (event === 'end') return;
          if (event) yield event;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      },
    });
  },
};
