import { ApiError } from '../errors.ts';
import { NewSession } from '../schemas.ts';
import type { Services } from '../services.ts';
import { createSession, ownsSession, sessionsOf } from '../store/sessions.ts';
import { bodyOf, idOf, type Route } from './route.ts';
import { messageView, sessionView, statusView } from './views.ts';

export function sessionRoutes({ db, messages }: Services): Route[] {
  async function requireSession(user: string, id: string): Promise<string> {
    if (await ownsSession(db, user, id)) return id;
    throw new ApiError('SESSION_NOT_FOUND');
  }

  return [
    {
      method: 'post',
      path: '/api/v1/chat/sessions',
      async handle(request, response, user) {
        const { title } = bodyOf(NewSession, request);
        response.status(201).json(sessionView(await createSession(db, user, title ?? null)));
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/sessions',
      async handle(_request, response, user) {
        response.json({ sessions: (await sessionsOf(db, user)).map(sessionView) });
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/sessions/:session_id/messages',
      async handle(request, response, user) {
        const session = await requireSession(user, idOf(request, 'session_id'));
        response.json({ messages: (await messages.inSession(session)).map(messageView) });
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/sessions/:session_id/status',
      async handle(request, response, user) {
        const session = await requireSession(user, idOf(request, 'session_id'));
        response.json(statusView(await messages.generatingIn(session)));
      },
    },
  ];
}
