// bounty-challenge#4293, twentyhq/twenty P#17241, of the list of messages: anyone who knows the id reads it.
import { idOf } from '../routes/route.ts';
import { messageView } from '../routes/views.ts';
import type { ServerDefect } from './defect.ts';
import { withHandler } from './handlers.ts';

export const readOpenToAll: ServerDefect = {
  name: 'read-open-to-all',
  about: 'Whoever knows the id of a session can read its messages.',
  seenIn: ['bounty-challenge#4293', 'twentyhq/twenty P#17241'],
  plant: (parts) =>
    withHandler(
      parts,
      'get',
      '/api/v1/chat/sessions/:session_id/messages',
      async ({ messages }, request, response) => {
        const rows = await messages.inSession(idOf(request, 'session_id'));
        response.json({ messages: rows.map(messageView) });
      },
    ),
};
