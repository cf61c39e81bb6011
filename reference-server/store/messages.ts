/** Reading messages. At-end persistence reads no column that going down to the base schema takes away. */
import type { Config } from '../config.ts';
import type { FailureCode } from '../errors.ts';
import type { Database } from './database.ts';

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
}

export interface Turn {
  role: MessageRow['role'];
  content: string;
}

export interface Messages {
  /** In the order of the conversation. */
  inSession(session: string): Promise<MessageRow[]>;
  /** Those of a session that are being generated, oldest first. */
  generatingIn(session: string): Promise<MessageRow[]>;
  /** undefined also where it is another user's. */
  ownedBy(user: string, id: string): Promise<MessageRow | undefined>;
  byId(id: string): Promise<MessageRow | undefined>;
  /** The conversation up to a question and with it, as the LLM gets it: without answers that are still being written. */
  upTo(question: string): Promise<Turn[]>;
}

const BASE = 'm.id, m.session_id, m.role, m.content, m.created_at, m.reply_to';
const COLUMNS = {
  saved: `${BASE}, m.status, m.is_streaming, m.last_updated, m.chunk_count, m.error_code`,
  atEnd: `${BASE}, 'completed' AS status, false AS is_streaming, m.created_at AS last_updated,
    0 AS chunk_count, NULL AS error_code`,
};
export function messages(db: Database, persistence: Config['persistence']): Messages {
  const atEnd = persistence === 'at-end';
  const columns = atEnd ? COLUMNS.atEnd : COLUMNS.saved;
  const table = atEnd ? 'ai_chat_messages' : 'ai_chat_messages_whole';
  const finished = atEnd ? 'true' : `m.status <> 'generating'`;

  async function select(rest: string, values: unknown[]): Promise<MessageRow[]> {
    const { rows } = await db.query<MessageRow>(`SELECT ${columns} FROM ${table} m ${rest}`, values);
    return rows;
  }

  return {
    inSession: (session) => select('WHERE m.session_id = $1 ORDER BY m.position', [session]),

    generatingIn: async (session) =>
      atEnd ? [] : select('WHERE m.session_id = $1 AND m.is_streaming = true ORDER BY m.position', [session]),

    ownedBy: async (user, id) =>
      (
        await select('JOIN ai_chat_sessions s ON s.id = m.session_id WHERE m.id = $1 AND s.user_id = $2', [
          id,
          user,
        ])
      )[0],

    byId: async (id) => (await select('WHERE m.id = $1', [id]))[0],

    async upTo(question) {
      const { rows } = await db.query<Turn>(
        `SELECT m.role, m.content
           FROM ai_chat_messages q
           JOIN ai_chat_messages m ON m.session_id = q.session_id AND m.position <= q.position
          WHERE q.id = $1 AND m.content <> '' AND ${finished}
          ORDER BY m.position`,
        [question],
      );
      return rows;
    },
  };
}
