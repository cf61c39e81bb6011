/** Sessions: each belongs to one user. Those that are made at once are made in one statement, and so are looks at them. */
import { randomUUID } from 'node:crypto';
import { Combiner } from './combiner.ts';
import { type Database, isUnavailable } from './database.ts';

export interface SessionRow {
  id: string;
  title: string | null;
  created_at: Date;
}

export interface Sessions {
  create(user: string, title: string | null): Promise<SessionRow>;
  /** Newest first. */
  of(user: string): Promise<SessionRow[]>;
  owns(user: string, session: string): Promise<boolean>;
}

interface NewSession {
  id: string;
  user: string;
  title: string | null;
}

interface Look {
  user: string;
  session: string;
}

const COLUMNS = 'id, title, created_at';

export function openSessions(db: Database): Sessions {
  const made = new Combiner<NewSession, SessionRow>(
    {
      together: (all) => create(db, all),
      alone: async (one) => (await create(db, [one]))(one),
      weigh: ({ title }) => title?.length ?? 0,
      isUnavailable,
    },
    'once',
  );
  const looks = new Combiner<Look, boolean>(
    {
      together: (all) => owned(db, all),
      alone: async (one) => (await owned(db, [one]))(one),
      weigh: () => 0,
      isUnavailable,
    },
    'once',
  );
  return {
    create: (user, title) => made.add({ id: randomUUID(), user, title }),
    async of(user) {
      const { rows } = await db.query<SessionRow>(
        `SELECT ${COLUMNS} FROM ai_chat_sessions WHERE user_id = $1 ORDER BY created_at DESC, id`,
        [user],
      );
      return rows;
    },
    owns: (user, session) => looks.add({ user, session }),
  };
}

/** Each has a time of its own, by which they are listed. */
async function create(db: Database, all: readonly NewSession[]): Promise<(one: NewSession) => SessionRow> {
  const { rows } = await db.query<SessionRow>(
    `INSERT INTO ai_chat_sessions (id, user_id, title, created_at)
     SELECT id, user_id, title, clock_timestamp() FROM unnest($1::uuid[], $2::text[], $3::text[]) AS a (id, user_id, title)
     RETURNING ${COLUMNS}`,
    [all.map(({ id }) => id), all.map(({ user }) => user), all.map(({ title }) => title)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ id }) => byId.get(id)!;
}

async function owned(db: Database, all: readonly Look[]): Promise<(one: Look) => boolean> {
  const { rows } = await db.query<{ id: string; user_id: string }>(
    'SELECT id, user_id FROM ai_chat_sessions WHERE id = ANY($1::uuid[])',
    [all.map(({ session }) => session)],
  );
  const owners = new Map(rows.map(({ id, user_id }) => [id, user_id]));
  return ({ user, session }) => owners.get(session) === user;
}
