// bounty-challenge#4293, twentyhq/twenty P#17241, of the stop button: anyone who knows the id stops the answer.
import { idOf } from '../routes/route.ts';
import type { ServerDefect } from './defect.ts';
import { withHandler } from './handlers.ts';

export const stopOpenToAll: ServerDefect = {
  name: 'stop-open-to-all',
  about: 'Whoever knows the id of an answer can stop it.',
  seenIn: ['bounty-challenge#4293', 'twentyhq/twenty P#17241'],
  plant: (parts) =>
    withHandler(parts, 'post', '/api/v1/chat/messages/:id/stop', async (services, request, response) => {
      const id = idOf(request, 'id');
      response.json({ message_id: id, ...(await services.parts.stop(services, id)) });
    }),
};
