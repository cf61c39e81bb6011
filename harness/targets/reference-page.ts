/** The reference server's page (reference-server/web), as a person finds their way in it. */
import type { TargetPage } from './page.ts';

export const referencePage: TargetPage = {
  modes: ['plain', 'rendered'],
  path: (session, mode) => (session === null ? `/?mode=${mode}` : `/?session=${session}&mode=${mode}`),
  storage: ({ headers }) => ({ 'chat-token': headers.authorization!.replace('Bearer ', '') }),
  controls: {
    newSession: '[data-action="new-session"]',
    composer: 'textarea[name="question"]',
    send: '[data-action="send"]',
    stop: '[data-action="stop"]',
    session: (id) => `nav [data-session="${id}"]`,
  },
  parts: {
    conversation: {
      selector: '[data-part="conversation"]',
      session: 'data-session',
      loading: 'data-loading',
    },
    question: { selector: 'article[data-role="user"]', text: '[data-part="text"]', key: 'data-key' },
    answer: {
      selector: 'article[data-role="assistant"]',
      text: '[data-part="text"]',
      answers: 'data-answers',
      message: 'data-message',
      state: 'data-state',
      states: {
        generating: 'generating',
        completed: 'completed',
        error: 'error',
        cancelled: 'cancelled',
      },
      shortened: '[data-notice="shortened"]',
      failed: '[data-phase="error"]',
    },
  },
};
