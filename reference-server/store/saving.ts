/**
 * The statements that write answers, each for many rows. Saving on the way is done in one of two ways: the content
 * is rewritten, or what is new is appended. The clock is the database's.
 */
import type { Failure } from '../errors.ts';
import type { Database } from './database.ts';
import type { Status } from './messages.ts';

export type TerminalStatus = Exclude<Status, 'generating'>;

interface Row {
  id: string;
  /** That of the lease under which it is written. */
  epoch: number;
  /** Chunks of the LLM that there are now. */
  chunks: number;
}

export interface Save extends Row {
  /** All of the content or what is new of it, as the way wants it. */
  text: string;
}

export interface End extends Row {
  /** All of the content. */
  text: string;
  status: TerminalStatus;
  error: Failure | undefined;
}

export interface Saving {
  /** It wants what is new. */
  appends: boolean;
  /**
   * @param lease ms
   * @param again the rows, or some of them, may have been written already
   * @returns the ids of those that still were the caller's
   */
  save(db: Database, rows: readonly Save[], lease: number, again: boolean): Promise<ReadonlySet<string>>;
}

const ROWS = 'unnest($1::uuid[], $2::int[], $3::int[], $4::text[]) AS s (id, epoch, chunks, text)';

/**
 * As `status = 'generating'`, said so that no index of states answers it. While a table is young, and before it has been
 * looked at again, few rows are believed to be in that state: all of them would be gone through for each statement,
 * where a look by id is meant.
 */
const RUNNING = `status NOT IN ('completed', 'error', 'cancelled')`;

/** Looks each of `s` up by its id: the offset keeps the planner from turning that round, now and in plans it keeps. */
const OURS = `CROSS JOIN LATERAL (SELECT id, position, ${RUNNING} AS runs, lease_epoch FROM ai_chat_messages
                       WHERE id = s.id OFFSET 0) AS m
   WHERE m.runs AND m.lease_epoch = s.epoch`;

/** Content only grows under one epoch: a statement that was believed lost and lands late must not shorten it. */
export const REWRITE = `
  UPDATE ai_chat_messages m
     SET content = s.text, chunk_count = s.chunks, lease_expires_at = now() + $5 * interval '1 ms'
    FROM ${ROWS}
   WHERE m.id = s.id AND m.${RUNNING} AND m.lease_epoch = s.epoch AND m.chunk_count <= s.chunks
  RETURNING m.id`;

export const APPEND = `
  INSERT INTO ai_chat_message_pieces (message_position, epoch, chunk_count, text)
  SELECT m.position, s.epoch, s.chunks, s.text
    FROM ${ROWS}
   ${OURS}`;

export const STILL_OURS = `
  SELECT m.id
    FROM unnest($1::uuid[], $2::int[]) AS s (id, epoch)
   ${OURS}`;

/** What was appended goes with the state: the content holds it from now on. */
export const END = `
  WITH ended AS (
    UPDATE ai_chat_messages m
       SET content = s.text, chunk_count = s.chunks, status = s.status, error_code = s.code,
           is_streaming = false, lease_owner = NULL, lease_expires_at = NULL
      FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[])
           AS s (id, epoch, chunks, text, status, code)
     WHERE m.id = s.id AND m.${RUNNING} AND m.lease_epoch = s.epoch
    RETURNING m.id, m.position
  ), folded AS (
    DELETE FROM ai_chat_message_pieces p USING ended WHERE p.message_position = ended.position
  )
  SELECT id FROM ended`;

export const savings: Record<'checkpoint' | 'append', Saving> = {
  checkpoint: {
    appends: false,
    save: (db, rows, lease) => ids(db, REWRITE, [...columns(rows), lease]),
  },

  append: {
    appends: true,
    async save(db, rows, _lease, again) {
      const [id, epoch, chunks, text] = columns(rows);
      const values = [id, epoch, chunks, text];
      if (again) await ids(db, `${APPEND} ON CONFLICT DO NOTHING`, values);
      else await ids(db, APPEND, values, 'append');
      // Whoever takes a generation over folds what it finds after that. What was appended before the generation was
      // still seen to be ours is among it, and may be counted as saved; nothing else may.
      return ids(db, STILL_OURS, [id, epoch], 'still-ours');
    },
  },
};

/** Ends generations. @returns the ids of those that still were the caller's */
export function endGenerations(db: Database, rows: readonly End[]): Promise<ReadonlySet<string>> {
  return ids(db, END, [
    ...columns(rows),
    rows.map(({ status }) => status),
    rows.map(({ error }) => error?.code ?? null),
  ]);
}

function columns(rows: readonly Save[]): unknown[][] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ epoch }) => epoch),
    rows.map(({ chunks }) => chunks),
    rows.map(({ text }) => text),
  ];
}

/**
 * @param name by which each connection plans it once and keeps the plan: only for what has the same best plan however
 *   large the table becomes
 */
async function ids(
  db: Database,
  text: string,
  values: unknown[],
  name?: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>({ text, values, ...(name !== undefined && { name }) });
  return new Set(rows.map(({ id }) => id));
}
