/** What comes in and what goes out, once for checking, for types and for the API description. */
import { z } from 'zod';
import { FAILURES, type FailureCode, REFUSALS, type RefusalCode } from './errors.ts';

/** Text that PostgreSQL and JSON can both hold: no NUL, no half of a surrogate pair. */
const text = z
  .string()
  .refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'must be well-formed Unicode without NUL',
  );
const id = z.uuid();
const timestamp = z.iso.datetime();
const length = z.int().min(0).describe('UTF-16 code units');
const status = z.enum(['generating', 'completed', 'error', 'cancelled']);
const terminal = status.exclude(['generating']);

export const Id = id;
export const NewSession = z.object({ title: text.max(200).nullish() });
export const NewMessage = z.object({
  session_id: id,
  content: text.min(1),
  idempotency_key: text
    .min(1)
    .max(200)
    .optional()
    .describe('The same key of the same user gives the same message. Ignored with at-end persistence.'),
});

export const Failure = z.object({ code: z.enum(keys<FailureCode>(FAILURES)), message: z.string() });
export const Session = z.object({ id, title: z.string().nullable(), created_at: timestamp });
export const Sessions = z.object({ sessions: z.array(Session) });
export const Message = z.object({
  id,
  session_id: id,
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
  status,
  is_streaming: z.boolean(),
  last_updated: timestamp,
  created_at: timestamp,
  reply_to: id.nullable(),
  error: Failure.nullable().describe('Why the status is error.'),
});
export const Messages = z.object({ messages: z.array(Message) });
export const Status = z.object({
  has_active_generation: z.boolean(),
  generating_message_id: id.nullable(),
  partial_content: z.string().nullable().describe('What is saved, so that every instance says the same.'),
  last_updated: timestamp.nullable(),
  active: z.array(z.object({ message_id: id, partial_content: z.string(), last_updated: timestamp })),
});
export const Stopped = z.object({ message_id: id, status: terminal, length });
export const Health = z.object({ status: z.literal('ok') });
export const ErrorBody = z.object({
  error: z.looseObject({
    code: z.enum(keys<RefusalCode>(REFUSALS)),
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    length: length.optional(),
  }),
});

export const MessageEvent = z.object({ session_id: id, user_message_id: id, message_id: id });
export const ChunkEvent = z.object({
  text: z.string(),
  index: z
    .int()
    .min(0)
    .describe('Of the last chunk in this event, counted from 0; an event that catches up holds several.'),
});
export const DoneEvent = z.object({ status: terminal, length, error: Failure.optional() });

function keys<K extends string>(catalogue: Record<K, unknown>): [K, ...K[]] {
  return Object.keys(catalogue) as [K, ...K[]];
}
