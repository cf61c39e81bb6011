/** Reading messages. At-end persistence reads no column that going down to the base schema takes away. */
import type { Config } from '../config.ts';
import type { FailureCode } from '../errors.ts';
import { Combiner } from './combiner.ts';
import { type Database, isUnavailable } from './database.ts';

export type Status = 'generating' | 'completed' | 'error' | 'cancelled';

export interface MessageRow {
  id: string;
  session_id: string;
  role: 'system' | 'user' | 'assistant';
  content: string;
  status: Status;
  is_streaming: boolean;
  last_updated: Date;
  created_at: Date;
  reply_to: string | null;
  /** Chunks of the LLM that `content` consists of; 0 where nobody counted. */
  chunk_count: number;
  error_code: FailureCode | null;
  /** Another whenever anything of the row is: µs of its last update, besides state and chunks. */
  version: string;
}

/** A message without its content: as cheap to read when the answer is long as when it is short. */
export type Stamp = Omit<MessageRow, 'content'>;

export interface Turn {
  role: MessageRow['role'];
  content: string;
}

export interface Messages {
  /** In the order of the conversation. */
  inSession(session: string): Promise<MessageRow[]>;
  /** Those of a session that are being generated, oldest first. */
  generatingIn(session: string): Promise<MessageRow[]>;
  /** Of those of a session, or of those that are being generated; undefined where it is not this user's session. */
  stampsIn(user: string, session: string, which: 'all' | 'generating'): Promise<Stamp[] | undefined>;
  /** undefined also where it is another user's. */
  stampOf(user: string, id: string): Promise<Stamp | undefined>;
  /** undefined also where it is another user's. */
  ownedBy(user: string, id: string): Promise<MessageRow | undefined>;
  byId(id: string): Promise<MessageRow | undefined>;
  /** The conversation up to a question and with it, as the LLM gets it: without answers that are still being written. */
  upTo(question: string): Promise<Turn[]>;
}

const BASE = 'm.id, m.session_id, m.role, m.created_at, m.reply_to';
const STAMP = {
  saved: `${BASE}, m.status, m.is_streaming, m.last_updated, m.chunk_count, m.error_code,
    concat_ws('.', m.status, m.chunk_count, extract(epoch FROM m.last_updated)) AS version`,
  atEnd: `${BASE}, 'completed' AS status, false AS is_streaming, m.created_at AS last_updated,
    0 AS chunk_count, NULL AS error_code, 'completed' AS version`,
};

/** UTF-16 units that a conversation is taken for, so that many are not read at once: how long it is, is not known before. */
const CONVERSATION = 20_000;

export function messages(db: Database, persistence: Config['persistence']): Messages {
  const atEnd = persistence === 'at-end';
  const stamp = atEnd ? STAMP.atEnd : STAMP.saved;
  const table = atEnd ? 'ai_chat_messages' : 'ai_chat_messages_whole';
  const finished = atEnd ? 'true' : `m.status <> 'generating'`;

  async function select(rest: string, values: unknown[]): Promise<MessageRow[]> {
    const { rows } = await db.query<MessageRow>(`SELECT ${stamp}, m.content FROM ${table} m ${rest}`, values);
    return rows;
  }

  /** Which sessions are the user's is asked in the same statement: polling is the most frequent of all calls. */
  async function stampsIn(user: string, session: string, which: 'all' | 'generating') {
    const wanted = which === 'all' ? 'true' : atEnd ? 'false' : 'm.is_streaming = true';
    const { rows } = await db.query<Stamp>(
      `SELECT ${stamp} FROM ai_chat_sessions s LEFT JOIN ${table} m ON m.session_id = s.id AND ${wanted}
        WHERE s.id = $1 AND s.user_id = $2 ORDER BY m.position`,
      [session, user],
    );
    // A session without messages is one row of nothing.
    return rows.length === 0 ? undefined : rows.filter(({ id }) => id !== null);
  }

  /** Each is looked up by itself: the offset keeps the planner from going through the table for many. */
  async function listed(sessions: readonly string[]): Promise<(session: string) => MessageRow[]> {
    const { rows } = await db.query<MessageRow>(
      `SELECT ${stamp}, m.content
         FROM unnest($1::uuid[]) AS a (session)
        CROSS JOIN LATERAL (SELECT * FROM ${table} WHERE session_id = a.session OFFSET 0) AS m
        ORDER BY m.position`,
      [[...new Set(sessions)]],
    );
    const bySession = Map.groupBy(rows, ({ session_id }) => session_id);
    return (session) => bySession.get(session) ?? [];
  }

  async function conversations(questions: readonly string[]): Promise<(question: string) => Turn[]> {
    const { rows } = await db.query<Turn & { question: string }>(
      `SELECT a.id AS question, t.role, t.content
         FROM unnest($1::uuid[]) AS a (id)
        CROSS JOIN LATERAL (
          SELECT m.position, m.role, m.content
            FROM ai_chat_messages q
            JOIN ai_chat_messages m ON m.session_id = q.session_id AND m.position <= q.position
           WHERE q.id = a.id AND m.content <> '' AND ${finished} OFFSET 0) AS t
        ORDER BY t.position`,
      [questions],
    );
    const turns = Map.groupBy(rows, ({ question }) => question);
    return (question) => (turns.get(question) ?? []).map(({ role, content }) => ({ role, content }));
  }

  const lists = combined(listed);
  const upTo = combined(conversations);

  return {
    inSession: (session) => lists.add(session),

    generatingIn: async (session) =>
      atEnd ? [] : select('WHERE m.session_id = $1 AND m.is_streaming = true ORDER BY m.position', [session]),

    stampsIn,

    async stampOf(user, id) {
      const { rows } = await db.query<Stamp>(
        `SELECT ${stamp} FROM ${table} m JOIN ai_chat_sessions s ON s.id = m.session_id
          WHERE m.id = $1 AND s.user_id = $2`,
        [id, user],
      );
      return rows[0];
    },

    ownedBy: async (user, id) =>
      (
        await select('JOIN ai_chat_sessions s ON s.id = m.session_id WHERE m.id = $1 AND s.user_id = $2', [
          id,
          user,
        ])
      )[0],

    byId: async (id) => (await select('WHERE m.id = $1', [id]))[0],

    upTo: (question) => upTo.add(question),
  };
}

/** Reads that come while one is under way go together in the next. */
function combined<R>(read: (ids: readonly string[]) => Promise<(id: string) => R>): Combiner<string, R> {
  return new Combiner<string, R>(
    {
      together: read,
      alone: async (id) => (await read([id]))(id),
      weigh: () => CONVERSATION,
      isUnavailable,
    },
    'once',
  );
}
