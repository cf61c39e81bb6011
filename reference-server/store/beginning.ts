/**
 * How a generation begins in the database: the question, the answer that is to come, and the key that both were asked
 * for by, of many questions in one statement. The clock is the database's.
 */
import { Combiner } from './combiner.ts';
import { type Database, isUnavailable } from './database.ts';
import { FIRST_EPOCH, type Queries } from './generations.ts';

export interface NewGeneration {
  user: string;
  session: string;
  question: string;
  userMessage: string;
  message: string;
  owner: string;
  /** ms */
  lease: number;
  key: string | undefined;
}

/** What an idempotency key stands for already. */
export interface Repetition {
  session: string;
  question: string;
  userMessage: string;
  message: string;
}

export type Begun = 'begun' | 'no-session' | Repetition;

export type Beginnings = Pick<Combiner<NewGeneration, Begun>, 'add'>;

/**
 * Begins what is asked for. One that the database is not reached for is not tried again: whoever asked is told, and asks
 * again by its key.
 *
 * @param combined for many in one statement; a lock that is held there must not be waited for long
 * @param alone for one, which may wait: for a repetition whose first is just being inserted elsewhere
 */
export function openBeginnings(
  combined: Database,
  alone: Database,
  beginAll: typeof begin = begin,
): Beginnings {
  return new Combiner<NewGeneration, Begun>(
    {
      async together(all) {
        const begun = await beginAll(combined, all).catch((error) =>
          despiteLoss(combined, all, error, beginAll),
        );
        return ({ message }) => begun.get(message)!;
      },
      alone: async (one) => (await beginAll(alone, [one])).get(one.message)!,
      weigh: ({ question }) => question.length,
      isUnavailable,
    },
    'once',
  );
}

/**
 * It may have been the answer of the database that was lost, and not the statement: rows that stand there and are produced by
 * nobody would be orphans. All of them are there then, or none; what is not there beside others began earlier, or has no
 * session.
 *
 * @throws the error, where nothing landed, or that is not to be found out
 */
async function despiteLoss(
  db: Queries,
  all: readonly NewGeneration[],
  error: unknown,
  beginAll: typeof begin,
): Promise<ReadonlyMap<string, Begun>> {
  if (!isUnavailable(error)) throw error;
  const { rows } = await db
    .query<{ id: string }>('SELECT id FROM ai_chat_messages WHERE id = ANY($1::uuid[])', [
      all.map(({ message }) => message),
    ])
    .catch(() => ({ rows: [] }));
  if (rows.length === 0) throw error;
  const there = new Set(rows.map(({ id }) => id));
  const rest = all.filter(({ message }) => !there.has(message));
  const known = rest.length > 0 ? await beginAll(db, rest) : new Map<string, Begun>();
  return new Map([...known, ...[...there].map((id) => [id, 'begun'] as const)]);
}

/**
 * One INSERT for both rows of each question, in the order of the conversation: positions are given out in it. Keys are
 * claimed in the order of their index, so that two instances never wait for each other.
 */
const BEGIN = `
  WITH asked AS (
    SELECT a.*
      FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[])
           WITH ORDINALITY AS a (user_id, session_id, question, user_message, message, key, n)
      JOIN ai_chat_sessions s ON s.id = a.session_id AND s.user_id = a.user_id
  ), claimed AS (
    INSERT INTO ai_chat_idempotency_keys (user_id, key, session_id, user_message_id, message_id)
    SELECT user_id, key, session_id, user_message, message FROM asked WHERE key IS NOT NULL
     ORDER BY user_id, key, n
    ON CONFLICT DO NOTHING
    RETURNING message_id
  ), fresh AS (
    SELECT * FROM asked WHERE key IS NULL OR message IN (SELECT message_id FROM claimed)
  ), inserted AS (
    INSERT INTO ai_chat_messages
           (id, session_id, role, content, reply_to, status, is_streaming,
            lease_owner, lease_epoch, lease_expires_at, lease_ms)
    SELECT r.id, f.session_id, r.role, r.content, r.reply_to, r.status, r.is_streaming,
           r.lease_owner, ${FIRST_EPOCH}, now() + r.lease_ms * interval '1 ms', coalesce(r.lease_ms, 0)
      FROM fresh f
     CROSS JOIN LATERAL (VALUES
       (1, f.user_message, 'user', f.question, NULL::uuid, 'completed', false, NULL::text, NULL::int),
       (2, f.message, 'assistant', '', f.user_message, 'generating', true, $7, $8::int)
     ) AS r (nth, id, role, content, reply_to, status, is_streaming, lease_owner, lease_ms)
     ORDER BY f.n, r.nth
  )
  SELECT message, message IN (SELECT message FROM fresh) AS fresh FROM asked`;

const REPEATED = `
  SELECT a.message AS asked, k.session_id AS session, q.content AS question, q.id AS "userMessage", k.message_id AS message
    FROM unnest($1::text[], $2::text[], $3::uuid[]) AS a (user_id, key, message)
    JOIN ai_chat_idempotency_keys k ON k.user_id = a.user_id AND k.key = a.key
    JOIN ai_chat_messages q ON q.id = k.user_message_id`;

/**
 * Inserts questions and answers, or tells what their keys were used for before. Repetitions at the same time wait.
 *
 * @param all of one owner
 * @returns what became of each, by the id of its answer
 */
export async function begin(db: Queries, all: readonly NewGeneration[]): Promise<ReadonlyMap<string, Begun>> {
  const begun = new Map<string, Begun>(all.map(({ message }) => [message, 'no-session']));
  const [{ owner, lease }] = all as [NewGeneration];
  const { rows } = await db.query<{ message: string; fresh: boolean }>(BEGIN, [
    all.map(({ user }) => user),
    all.map(({ session }) => session),
    all.map(({ question }) => question),
    all.map(({ userMessage }) => userMessage),
    all.map(({ message }) => message),
    all.map(({ key }) => key ?? null),
    owner,
    lease,
  ]);
  const known = new Set<string>();
  for (const { message, fresh } of rows) {
    if (fresh) begun.set(message, 'begun');
    else known.add(message);
  }
  if (known.size === 0) return begun;
  const again = all.filter(({ message }) => known.has(message));
  const repeated = await db.query<Repetition & { asked: string }>(REPEATED, [
    again.map(({ user }) => user),
    again.map(({ key }) => key),
    again.map(({ message }) => message),
  ]);
  for (const { asked, ...repetition } of repeated.rows) begun.set(asked, repetition);
  return begun;
}
