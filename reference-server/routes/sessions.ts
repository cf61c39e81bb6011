import { ApiError } from '../errors.ts';
import { NewSession } from '../schemas.ts';
import type { Services } from '../services.ts';
import type { MessageRow, Stamp } from '../store/messages.ts';
import { asksForNews, nothingNew, tell } from './revalidation.ts';
import { bodyOf, idOf, type Route } from './route.ts';
import { messageView, sessionView, statusView } from './views.ts';

export function sessionRoutes({ sessions, messages, running }: Services): Route[] {
  async function stampsIn(user: string, session: string, which: 'all' | 'generating'): Promise<Stamp[]> {
    const stamps = await messages.stampsIn(user, session, which);
    if (!stamps) throw new ApiError('SESSION_NOT_FOUND');
    return stamps;
  }

  /** With their content out of this process's memory, as far as it was saved; undefined where not all run here. */
  function runningHere(stamps: readonly Stamp[]): MessageRow[] | undefined {
    const rows: MessageRow[] = [];
    for (const stamp of stamps) {
      const content = running.get(stamp.id)?.savedText(stamp.chunk_count);
      if (content === undefined) return undefined;
      rows.push({ ...stamp, content });
    }
    return rows;
  }

  return [
    {
      method: 'post',
      path: '/api/v1/chat/sessions',
      async handle(request, response, user) {
        const { title } = bodyOf(NewSession, request);
        response.status(201).json(sessionView(await sessions.create(user, title ?? null)));
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/sessions',
      async handle(_request, response, user) {
        response.json({ sessions: (await sessions.of(user)).map(sessionView) });
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/sessions/:session_id/messages',
      async handle(request, response, user) {
        const session = idOf(request, 'session_id');
        if (asksForNews(request)) {
          if (nothingNew(request, response, await stampsIn(user, session, 'all'))) return;
        } else if (!(await sessions.owns(user, session))) {
          throw new ApiError('SESSION_NOT_FOUND');
        }
        const rows = await messages.inSession(session);
        tell(response, rows);
        response.json({ messages: rows.map(messageView) });
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/sessions/:session_id/status',
      async handle(request, response, user) {
        const session = idOf(request, 'session_id');
        const stamps = await stampsIn(user, session, 'generating');
        if (nothingNew(request, response, stamps)) return;
        const rows = runningHere(stamps) ?? (await messages.generatingIn(session));
        tell(response, rows);
        response.json(statusView(rows));
      },
    },
  ];
}
