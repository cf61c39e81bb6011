/** Rows as the API shows them. */
import type { z } from 'zod';
import { failure } from '../errors.ts';
import type * as schemas from '../schemas.ts';
import type { MessageRow } from '../store/messages.ts';
import type { SessionRow } from '../store/sessions.ts';

export function sessionView(row: SessionRow): z.input<typeof schemas.Session> {
  return { id: row.id, title: row.title, created_at: row.created_at.toISOString() };
}

export function messageView(row: MessageRow): z.input<typeof schemas.Message> {
  return {
    id: row.id,
    session_id: row.session_id,
    role: row.role,
    content: row.content,
    status: row.status,
    is_streaming: row.is_streaming,
    last_updated: row.last_updated.toISOString(),
    created_at: row.created_at.toISOString(),
    reply_to: row.reply_to,
    error: row.error_code && failure(row.error_code),
  };
}

/** @param generating oldest first */
export function statusView(generating: MessageRow[]): z.input<typeof schemas.Status> {
  const newest = generating.at(-1);
  return {
    has_active_generation: newest !== undefined,
    generating_message_id: newest?.id ?? null,
    partial_content: newest?.content ?? null,
    last_updated: newest?.last_updated.toISOString() ?? null,
    active: generating.map((row) => ({
      message_id: row.id,
      partial_content: row.content,
      last_updated: row.last_updated.toISOString(),
    })),
  };
}
