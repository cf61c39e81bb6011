import type { Database } from './database.ts';

export interface SessionRow {
  id: string;
  title: string | null;
  created_at: Date;
}

const COLUMNS = 'id, title, created_at';

export async function createSession(db: Database, user: string, title: string | null): Promise<SessionRow> {
  const { rows } = await db.query<SessionRow>(
    `INSERT INTO ai_chat_sessions (user_id, title) VALUES ($1, $2) RETURNING ${COLUMNS}`,
    [user, title],
  );
  return rows[0]!;
}

/** Newest first. */
export async function sessionsOf(db: Database, user: string): Promise<SessionRow[]> {
  const { rows } = await db.query<SessionRow>(
    `SELECT ${COLUMNS} FROM ai_chat_sessions WHERE user_id = $1 ORDER BY created_at DESC, id`,
    [user],
  );
  return rows;
}

export async function ownsSession(db: Database, user: string, session: string): Promise<boolean> {
  const { rowCount } = await db.query('SELECT 1 FROM ai_chat_sessions WHERE id = $1 AND user_id = $2', [
    session,
    user,
  ]);
  return rowCount === 1;
}
