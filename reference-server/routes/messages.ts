import type { Request } from 'express';
import { ApiError } from '../errors.ts';
import { NewMessage } from '../schemas.ts';
import type { Services } from '../services.ts';
import { readCursor } from '../sse/cursor.ts';
import type { MessageRow } from '../store/messages.ts';
import { asksForNews, nothingNew, tell } from './revalidation.ts';
import { bodyOf, idOf, type Route } from './route.ts';
import { messageView } from './views.ts';

export function messageRoutes(services: Services): Route[] {
  const { parts, messages, running, config } = services;

  async function ownMessage(user: string, request: Request): Promise<MessageRow> {
    const row = await messages.ownedBy(user, idOf(request, 'id'));
    if (!row) throw new ApiError('MESSAGE_NOT_FOUND');
    return row;
  }

  /** The id of an answer of this user. What runs here is told and resumed out of memory: the database is not asked for it. */
  async function ownAnswer(user: string, request: Request): Promise<string> {
    const id = idOf(request, 'id');
    if (running.knows(user, id)) return id;
    const stamp = await messages.stampOf(user, id);
    if (!stamp) throw new ApiError('MESSAGE_NOT_FOUND');
    if (stamp.role !== 'assistant') throw new ApiError('NOT_AN_ANSWER');
    return stamp.id;
  }

  return [
    {
      method: 'post',
      path: '/api/v1/chat/messages',
      handle: (request, response, user) => parts.send(services, user, bodyOf(NewMessage, request), response),
    },
    {
      method: 'get',
      path: '/api/v1/chat/messages/:id',
      async handle(request, response, user) {
        const stamp = asksForNews(request) && (await messages.stampOf(user, idOf(request, 'id')));
        if (stamp && nothingNew(request, response, [stamp])) return;
        const row = await ownMessage(user, request);
        tell(response, [row]);
        response.json(messageView(row));
      },
    },
    {
      method: 'get',
      path: '/api/v1/chat/messages/:id/stream',
      async handle(request, response, user) {
        const id = await ownAnswer(user, request);
        await parts.openStream(services, id, lengthHeld(request, id), response);
      },
    },
    {
      method: 'post',
      path: '/api/v1/chat/messages/:id/stop',
      async handle(request, response, user) {
        if (config.persistence === 'at-end') throw new ApiError('STOP_UNSUPPORTED');
        const id = await ownAnswer(user, request);
        response.json({ message_id: id, ...(await parts.stop(services, id)) });
      },
    },
  ];
}

/**
 * The header wins: who reconnects by itself repeats the address it began with, and tells in the header where it is
 * now. An empty one is that of a reader that has had no event yet.
 */
export function lengthHeld(request: Request, id: string): number {
  const cursor = request.get('last-event-id') || request.query.after;
  if (cursor === undefined) return 0;
  if (typeof cursor !== 'string') throw new ApiError('CURSOR_MALFORMED');
  return readCursor(cursor, id);
}
