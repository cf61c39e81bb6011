/**
 * Who migrates dies at every message it sends to the database, up and down, before the message arrives and after. The
 * schema is then wholly the old one or wholly the new one; migrating again brings it where it was to go, and every
 * message is as it was.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../tests/support/postgres.ts';
import { until } from '../tests/support/until.ts';
import { migrate } from './migrate.ts';
import { openBreakingLink } from './testing/breaking-link.ts';

const OLD = 1;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  db = new pg.Client(database.url);
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

const up = (url: string) => migrate(url, 'up');
const down = (url: string) => migrate(url, 'down', { to: OLD });

/** Everything that migrations make, in words. */
async function schema(): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(`
    SELECT 'column ' || concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'view ' || definition FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT 'applied ' || name FROM ai_chat_migrations
    ORDER BY line`);
  return rows.map(({ line }) => line);
}

async function contents(): Promise<string[]> {
  const { rows } = await db.query('SELECT content FROM ai_chat_messages ORDER BY position');
  return rows.map(({ content }) => content);
}

/** An answer is being written, and something of it is not folded in yet. */
async function append(text: string): Promise<void> {
  await db.query(`UPDATE ai_chat_messages SET status = 'generating' WHERE role = 'assistant'`);
  await db.query(
    `INSERT INTO ai_chat_message_pieces (message_position, epoch, chunk_count, text)
     SELECT position, folded_epoch, chunk_count + 1, $1 FROM ai_chat_messages WHERE role = 'assistant'`,
    [text],
  );
}

async function migrating(): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  return rows[0]!.n;
}

let old: string[];
let whole: string[];

/** Migrates, and dies at that message. @returns whether it came so far */
async function dies(direction: typeof up, at: number, arrives: boolean): Promise<boolean> {
  const link = await openBreakingLink(database.url, at, arrives);
  try {
    const outcome = await direction(link.url).then(
      () => 'done',
      () => 'failed',
    );
    const struck = link.messages() >= at;
    // Of the goodbye nobody waits for an answer.
    if (!struck) expect(outcome).toBe('done');
    await until('the server to have noticed', async () => (await migrating()) === 0);
    expect([old, whole]).toContainEqual(await schema());
    return struck;
  } finally {
    await link.close();
  }
}

test.for([
  ['before it arrives', false],
  ['after it has arrived', true],
] as const)('killed at each message, %s', { timeout: 120_000 }, async ([, arrives]) => {
  await migrate(database.url, 'down', { to: 0 });
  await migrate(database.url, 'up', { to: OLD });
  await db.query(
    `WITH s AS (INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id)
     INSERT INTO ai_chat_messages (session_id, role, content)
     SELECT s.id, role, content FROM s, (VALUES ('user', 'question'), ('assistant', 'answer')) AS m (role, content)`,
  );
  old = await schema();
  await up(database.url);
  whole = await schema();
  await down(database.url);
  expect(await schema()).toEqual(old);

  let answer = 'answer';
  let struck = 0;
  for (let at = 1, going = true; going; at++) {
    const upwards = await dies(up, at, arrives);
    expect((await up(database.url)).pending).toEqual([]);
    expect(await schema()).toEqual(whole);
    expect(await contents()).toEqual(['question', answer]);

    await append('+');
    answer += '+';
    const downwards = await dies(down, at, arrives);
    await down(database.url);
    expect(await schema()).toEqual(old);
    expect(await contents()).toEqual(['question', answer]);
    struck += Number(upwards) + Number(downwards);
    going = upwards || downwards;
  }
  // The handshake, the lock, the transaction, each migration and its entry, the end.
  expect(struck).toBeGreaterThan(20);
});
