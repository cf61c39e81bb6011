/**
 * Writing answers under a lease. Each write names the epoch it was given; a row that has left `generating`, or
 * whose lease was taken over, is not touched. The clock is the database's.
 */
import type { Failure, FailureCode } from '../errors.ts';
import { type Database, transaction } from './database.ts';
import type { Status } from './messages.ts';

export type TerminalStatus = Exclude<Status, 'generating'>;

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

/** The epoch of a new generation. */
export const FIRST_EPOCH = 0;

/** Inserts question and answer, or tells what the key was used for before. Repetitions at the same time wait. */
export async function begin(db: Database, generation: NewGeneration): Promise<Repetition | undefined> {
  const { user, session, question, userMessage, message, owner, lease, key } = generation;
  return transaction(db, async (client) => {
    if (key !== undefined) {
      const claimed = await client.query(
        `INSERT INTO ai_chat_idempotency_keys (user_id, key, session_id, user_message_id, message_id)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [user, key, session, userMessage, message],
      );
      if (claimed.rowCount === 0) {
        const { rows } = await client.query<Repetition>(
          `SELECT k.session_id AS session, q.content AS question, q.id AS "userMessage", k.message_id AS message
             FROM ai_chat_idempotency_keys k JOIN ai_chat_messages q ON q.id = k.user_message_id
            WHERE k.user_id = $1 AND k.key = $2`,
          [user, key],
        );
        return rows[0]!;
      }
    }
    await client.query(
      `INSERT INTO ai_chat_messages (id, session_id, role, content) VALUES ($1, $2, 'user', $3)`,
      [userMessage, session, question],
    );
    await client.query(
      `INSERT INTO ai_chat_messages
         (id, session_id, role, reply_to, status, is_streaming, lease_owner, lease_epoch, lease_expires_at)
       VALUES ($1, $2, 'assistant', $3, 'generating', true, $4, ${FIRST_EPOCH}, now() + $5 * interval '1 ms')`,
      [message, session, userMessage, owner, lease],
    );
    return undefined;
  });
}

export interface Snapshot {
  content: string;
  chunks: number;
}

/**
 * Saves content on the way and renews the lease.
 * Content only grows under one epoch: a statement that was believed lost and lands late must not shorten it.
 *
 * @returns false where the generation is no longer the caller's
 */
export async function saveCheckpoint(
  db: Database,
  id: string,
  epoch: number,
  { content, chunks }: Snapshot,
  lease: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE ai_chat_messages
        SET content = $3, chunk_count = $4, lease_expires_at = now() + $5 * interval '1 ms'
      WHERE id = $1 AND status = 'generating' AND lease_epoch = $2 AND chunk_count <= $4`,
    [id, epoch, content, chunks, lease],
  );
  return rowCount === 1;
}

/**
 * The one compare-and-set by which a generation ends, content and state in one statement.
 *
 * @returns false where it had ended before, or is no longer the caller's
 */
export async function endGeneration(
  db: Database,
  id: string,
  epoch: number,
  { content, chunks }: Snapshot,
  status: TerminalStatus,
  failure: Failure | undefined,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE ai_chat_messages
        SET content = $3, chunk_count = $4, status = $5, error_code = $6, ${RELEASED}
      WHERE id = $1 AND status = 'generating' AND lease_epoch = $2`,
    [id, epoch, content, chunks, status, failure?.code ?? null],
  );
  return rowCount === 1;
}

/** Ends a generation that runs elsewhere, with what is saved; its owner finds out at its next write or heartbeat. */
export async function cancelElsewhere(db: Database, id: string): Promise<void> {
  await db.query(
    `UPDATE ai_chat_messages SET status = 'cancelled', lease_epoch = lease_epoch + 1, ${RELEASED}
      WHERE id = $1 AND status = 'generating'`,
    [id],
  );
}

/**
 * Renews the leases of what runs here. A row that is locked is being written, by its owner or by whoever takes
 * it over: it is left alone, so that one slow row keeps no other lease from being renewed.
 *
 * @returns those that are no longer the caller's
 */
export async function renewLeases(
  db: Database,
  owner: string,
  ids: string[],
  lease: number,
): Promise<string[]> {
  await db.query(
    `UPDATE ai_chat_messages SET lease_expires_at = now() + $3 * interval '1 ms'
      WHERE id IN (SELECT id FROM ai_chat_messages
                    WHERE id = ANY($1::uuid[]) AND status = 'generating' AND lease_owner = $2
                      FOR UPDATE SKIP LOCKED)`,
    [ids, owner, lease],
  );
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM unnest($1::uuid[]) AS id
      WHERE NOT EXISTS (SELECT FROM ai_chat_messages m
                         WHERE m.id = id.id AND m.status = 'generating' AND m.lease_owner = $2)`,
    [ids, owner],
  );
  return rows.map(({ id }) => id);
}

/**
 * Ends generations whose lease has lapsed in `error`, with the content that was saved.
 *
 * @param alive what the caller itself is producing, which it knows better than the clock does
 * @returns what was ended
 */
export async function sweepOrphans(db: Database, alive: string[]): Promise<string[]> {
  return endAbandoned(db, `lease_expires_at < now() AND id <> ALL($2::uuid[])`, 'ORPHANED', [alive]);
}

export async function endAbandoned(
  db: Pick<Database, 'query'>,
  where: string,
  code: FailureCode,
  values: unknown[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE ai_chat_messages SET status = 'error', error_code = $1, lease_epoch = lease_epoch + 1, ${RELEASED}
      WHERE id IN (SELECT id FROM ai_chat_messages WHERE status = 'generating' AND ${where} FOR UPDATE SKIP LOCKED)
      RETURNING id`,
    [code, ...values],
  );
  return rows.map(({ id }) => id);
}

const RELEASED = 'is_streaming = false, lease_owner = NULL, lease_expires_at = NULL';
