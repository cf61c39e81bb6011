// bounty-challenge#4293, twentyhq/twenty P#17241: anyone who knows the id reads the stream.
import { lengthHeld } from '../routes/messages.ts';
import { idOf } from '../routes/route.ts';
import type { ServerDefect } from './defect.ts';
import { withHandler } from './handlers.ts';

export const resumeOpenToAll: ServerDefect = {
  name: 'resume-open-to-all',
  about: 'Whoever knows the id of an answer can read its stream.',
  seenIn: ['bounty-challenge#4293', 'twentyhq/twenty P#17241'],
  plant: (parts) =>
    withHandler(parts, 'get', '/api/v1/chat/messages/:id/stream', (services, request, response) => {
      const id = idOf(request, 'id');
      return services.parts.openStream(services, id, lengthHeld(request, id), response);
    }),
};
