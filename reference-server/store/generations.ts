/**
 * The life of a generation in the database: how its lease is renewed, and how it is taken from an owner that is gone.
 * How it begins is in beginning.ts, what is written on the way in writer.ts. What is written down of times is by the
 * database's clock, and no lease is judged by it: that clock may jump, too (generation/watch.ts).
 */
import type { FailureCode } from '../errors.ts';
import type { Database } from './database.ts';
import type { Status } from './messages.ts';

/** The epoch of a new generation. */
export const FIRST_EPOCH = 0;

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

/** A running generation, and what shows that its owner is alive: it changes with whatever the owner writes. */
export interface Held extends Taken {
  /** ms that it may stay as it is while its owner is alive; 0: unknown. */
  lease: number;
  /** Its owner let it go. */
  free: boolean;
  /** Until when the lease was renewed last, as the database writes it. */
  renewed: string;
  /** Chunks that are saved. */
  chunks: number;
}

/** Of a message `m`. */
const SAVED_CHUNKS = `coalesce((
  SELECT p.chunk_count FROM ai_chat_message_pieces p
   WHERE p.message_position = m.position AND p.epoch = m.lease_epoch
   ORDER BY p.chunk_count DESC LIMIT 1), m.chunk_count)`;

/** What is being generated under a lease. @param but what the caller itself is producing */
export async function heldBy(db: Queries, but: string[]): Promise<Held[]> {
  const { rows } = await db.query<Held>(
    `SELECT id, lease_epoch AS epoch, lease_ms AS lease, lease_expires_at = '-infinity' AS free,
            lease_expires_at::text AS renewed, ${SAVED_CHUNKS} AS chunks
       FROM ai_chat_messages m
      WHERE status = 'generating' AND lease_expires_at IS NOT NULL AND id <> ALL($1::uuid[])`,
    [but],
  );
  return rows;
}

/** Takes over those that are still as they were seen. */
export async function takeSilent(db: Queries, by: Holder, silent: readonly Held[]): Promise<Taken[]> {
  if (silent.length === 0) return [];
  const unchanged = `id = ANY($3::uuid[]) AND EXISTS (
    SELECT FROM unnest($3::uuid[], $4::int[], $5::timestamptz[], $6::int[]) AS s (id, epoch, renewed, chunks)
     WHERE s.id = m.id AND s.epoch = m.lease_epoch AND s.renewed = m.lease_expires_at
       AND s.chunks = ${SAVED_CHUNKS})`;
  return takeOver(db, by, unchanged, [
    silent.map(({ id }) => id),
    silent.map(({ epoch }) => epoch),
    silent.map(({ renewed }) => renewed),
    silent.map(({ chunks }) => chunks),
  ]);
}

/**
 * Ends generations in `error`, with the content that was saved, unless their owners have given a sign of life.
 *
 * @param silent as they were seen last
 * @returns what was ended
 */
export async function sweepOrphans(db: Queries, by: Holder, silent: readonly Held[]): Promise<string[]> {
  return endTaken(db, await takeSilent(db, by, silent), 'error', 'ORPHANED');
}

/** A generation whose owner is gone, with all that was saved of it. */
export interface Orphan extends Taken {
  content: string;
  chunks: number;
  /** The LLM's name of the answer; null where it never came, or has none. */
  response: string | null;
}

/**
 * Takes generations, to go on with them, unless their owners have given a sign of life. What was appended is folded into
 * their content: what their owners still append no longer counts.
 *
 * @param silent as they were seen last
 */
export async function takeOrphans(db: Queries, by: Holder, silent: readonly Held[]): Promise<Orphan[]> {
  const taken = await takeSilent(db, by, silent);
  if (taken.length === 0) return [];
  const { rows } = await db.query<Orphan>(
    `WITH folded AS (
       UPDATE ai_chat_messages m SET content = w.content, chunk_count = w.chunk_count, folded_epoch = t.epoch
         FROM unnest($1::uuid[], $2::int[]) AS t (id, epoch)
         JOIN ai_chat_messages_whole w ON w.id = t.id
        WHERE m.id = t.id AND m.status = 'generating' AND m.lease_epoch = t.epoch
       RETURNING m.id, m.position, m.lease_epoch, m.content, m.chunk_count, m.llm_response
     ), pieces AS (
       DELETE FROM ai_chat_message_pieces p USING folded
        WHERE p.message_position = folded.position AND p.epoch < folded.lease_epoch
     )
     SELECT id, lease_epoch AS epoch, content, chunk_count AS chunks, llm_response AS response FROM folded`,
    [taken.map(({ id }) => id), taken.map(({ epoch }) => epoch)],
  );
  return rows;
}

/** Writes down by what name the LLM knows an answer, unless that is no longer the caller's. */
export async function nameResponse(db: Queries, { id, epoch }: Taken, response: string): Promise<void> {
  await db.query({
    name: 'name-response',
    text: `UPDATE ai_chat_messages SET llm_response = $3
            WHERE id = $1 AND status = 'generating' AND lease_epoch = $2`,
    values: [id, epoch, response],
  });
}

/** By what names the LLM knows these answers, as far as they have any. */
export async function responsesOf(db: Queries, ids: string[]): Promise<string[]> {
  const { rows } = await db.query<{ response: string }>(
    `SELECT llm_response AS response FROM ai_chat_messages WHERE id = ANY($1::uuid[]) AND llm_response IS NOT NULL`,
    [ids],
  );
  return rows.map(({ response }) => response);
}

/** Lets a lease go, so that another can take the generation over at once. */
export async function letGo(db: Queries, { id, epoch }: Taken): Promise<void> {
  await db.query(
    `UPDATE ai_chat_messages SET lease_expires_at = '-infinity'
      WHERE id = $1 AND status = 'generating' AND lease_epoch = $2`,
    [id, epoch],
  );
}

/**
 * Of a message `m`: by the database's clock no heartbeat has renewed its lease, and nothing has been appended under it, for
 * as long as it lasts. Wrong where that clock jumps: only defects judge by it.
 */
export const LAPSED = `m.lease_expires_at < now() AND NOT coalesce((
  SELECT p.saved_at > now() - m.lease_ms * interval '1 ms' FROM ai_chat_message_pieces p
   WHERE p.message_position = m.position AND p.epoch = m.lease_epoch ORDER BY p.chunk_count DESC LIMIT 1), false)`;

/** Ends a generation that runs elsewhere, with what is saved; its owner finds out at its next write or heartbeat. */
export async function cancelElsewhere(db: Queries, by: Holder, id: string): Promise<void> {
  await endTaken(db, await takeOver(db, by, 'id = $3', [id], 'waits'), 'cancelled', null);
}

/** Who takes a generation over, and for how long, ms, it is believed to live without news. */
export interface Holder {
  owner: string;
  lease: number;
}

export interface Taken {
  id: string;
  epoch: number;
}

export type Queries = Pick<Database, 'query'>;

/**
 * Takes generations from their owners: from here on these can save nothing more. It is a step of its own before
 * anything is done with what is saved: what an owner has appended and believes to be saved is there after it.
 *
 * @param where of running generations, with values from $3 on
 * @param locked a row that is being written is passed over, or waited for
 */
export async function takeOver(
  db: Queries,
  { owner, lease }: Holder,
  where: string,
  values: unknown[],
  locked: 'passed-over' | 'waits' = 'passed-over',
): Promise<Taken[]> {
  const { rows } = await db.query<Taken>(
    `UPDATE ai_chat_messages
        SET lease_epoch = lease_epoch + 1, lease_owner = $1, lease_ms = $2::int,
            lease_expires_at = now() + $2::int * interval '1 ms'
      WHERE id IN (SELECT id FROM ai_chat_messages m WHERE status = 'generating' AND ${where}
                      FOR UPDATE ${locked === 'waits' ? '' : 'SKIP LOCKED'})
      RETURNING id, lease_epoch AS epoch`,
    [owner, lease, ...values],
  );
  return rows;
}

/** Ends what was taken over, with all that was saved. @returns the ids of those that had not been taken further */
export async function endTaken(
  db: Queries,
  taken: readonly Taken[],
  status: Exclude<Status, 'generating'>,
  code: FailureCode | null,
): Promise<string[]> {
  if (taken.length === 0) return [];
  const { rows } = await db.query<{ id: string }>(
    `WITH ended AS (
       UPDATE ai_chat_messages m
          SET content = w.content, chunk_count = w.chunk_count, status = $3, error_code = $4,
              is_streaming = false, lease_owner = NULL, lease_expires_at = NULL
         FROM unnest($1::uuid[], $2::int[]) AS t (id, epoch)
         JOIN ai_chat_messages_whole w ON w.id = t.id
        WHERE m.id = t.id AND m.status = 'generating' AND m.lease_epoch = t.epoch
       RETURNING m.id, m.position
     ), folded AS (
       DELETE FROM ai_chat_message_pieces p USING ended WHERE p.message_position = ended.position
     )
     SELECT id FROM ended`,
    [taken.map(({ id }) => id), taken.map(({ epoch }) => epoch), status, code],
  );
  return rows.map(({ id }) => id);
}

/** Clears away pieces that nobody counts: those that landed after their answer had ended. @returns how many */
export async function clearPieces(db: Queries): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM ai_chat_message_pieces p
      WHERE NOT EXISTS (SELECT FROM ai_chat_messages m
                         WHERE m.position = p.message_position AND m.status = 'generating' AND p.epoch >= m.folded_epoch)`,
  );
  return rowCount ?? 0;
}
