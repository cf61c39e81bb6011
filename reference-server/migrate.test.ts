import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../tests/support/postgres.ts';
import { migrate } from './migrate.ts';

const ALL = [
  '0001_base-chat-schema',
  '0002_message-status-tracking',
  '0003_generation-leases',
  '0004_idempotency-keys',
  '0005_message-pieces',
  '0006_llm-responses',
];

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

async function contents(): Promise<string[]> {
  const { rows } = await db.query('SELECT content FROM ai_chat_messages ORDER BY position');
  return rows.map(({ content }) => content);
}

test('up, down and up again keep every message, and a status call changes nothing', async () => {
  expect(await migrate(database.url, 'status')).toEqual({ changed: [], applied: [], pending: ALL });
  await migrate(database.url, 'up', { to: 1 });
  await db.query(`INSERT INTO ai_chat_sessions (id, user_id) VALUES (gen_random_uuid(), 'alice')`);
  await db.query(
    `INSERT INTO ai_chat_messages (session_id, role, content)
     SELECT id, 'user', t FROM ai_chat_sessions, unnest(ARRAY['one', 'two', '']) AS t`,
  );
  expect((await migrate(database.url, 'up')).changed).toEqual(ALL.slice(1));
  const { rows } = await db.query('SELECT DISTINCT status, is_streaming FROM ai_chat_messages');
  expect(rows).toEqual([{ status: 'completed', is_streaming: false }]);
  await db.query(
    `UPDATE ai_chat_messages SET status = 'generating', is_streaming = true WHERE content = 'two'`,
  );
  expect(await migrate(database.url, 'down', { to: 1 })).toEqual({
    changed: ALL.slice(1).reverse(),
    applied: ALL.slice(0, 1),
    pending: ALL.slice(1),
  });
  expect(await contents()).toEqual(['one', 'two', '']);
  const left = await db.query(`SELECT proname FROM pg_proc WHERE proname LIKE 'ai_chat%'`);
  expect(left.rows).toEqual([]);
  expect((await migrate(database.url, 'up')).applied).toEqual(ALL);
  expect(await contents()).toEqual(['one', 'two', '']);
  await db.query('DELETE FROM ai_chat_messages');
});

test('down keeps what was appended to an answer and not folded into it yet', async () => {
  const { rows } = await db.query(
    `WITH s AS (INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id)
     INSERT INTO ai_chat_messages (session_id, role, content, status, folded_epoch)
     SELECT s.id, 'assistant', c, st, 1 FROM s, (VALUES ('kept ', 'generating'), ('done', 'completed')) AS m (c, st)
     RETURNING position`,
  );
  for (const { position } of rows) {
    await db.query(
      `INSERT INTO ai_chat_message_pieces (message_position, epoch, chunk_count, text)
       VALUES ($1, 0, 1, 'too late'), ($1, 1, 10, 'second'), ($1, 1, 5, 'first ')`,
      [position],
    );
  }
  await migrate(database.url, 'down', { to: 4 });
  expect(await contents()).toEqual(['kept first second', 'done']);
  await migrate(database.url, 'up');
  expect(await contents()).toEqual(['kept first second', 'done']);
  await db.query('DELETE FROM ai_chat_messages');
});

test('down without bounds takes one back, and all of them can be taken back', async () => {
  expect((await migrate(database.url, 'down')).changed).toEqual(ALL.slice(5));
  expect((await migrate(database.url, 'down', { to: 0 })).pending).toEqual(ALL);
  expect((await migrate(database.url, 'up', { count: 2 })).applied).toEqual(ALL.slice(0, 2));
});

test('several that start at once apply each migration once', async () => {
  const states = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, 'up')));
  expect(states.flatMap(({ changed }) => changed).sort()).toEqual(ALL.slice(2));
});

test.each([
  ['generating', true],
  ['completed', true],
  ['error', true],
  ['cancelled', true],
  ['done', false],
  ['', false],
  [null, false],
])('status %j is accepted: %j', async (status, accepted) => {
  const { rows } = await db.query(`INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id`);
  const insert = db.query(`INSERT INTO ai_chat_messages (session_id, role, status) VALUES ($1, 'user', $2)`, [
    rows[0].id,
    status,
  ]);
  if (accepted) await expect(insert).resolves.toMatchObject({ rowCount: 1 });
  else await expect(insert).rejects.toThrow(/ai_chat_messages_status_check|not-null/);
});

test('last_updated follows the content, whoever changes it, and nothing else', async () => {
  const { rows } = await db.query(
    `INSERT INTO ai_chat_messages (session_id, role, content, last_updated)
     SELECT id, 'assistant', 'a', '2001-01-01' FROM ai_chat_sessions LIMIT 1 RETURNING id`,
  );
  const id = rows[0].id;
  const year = async (set: string) => {
    const result = await db.query(
      `UPDATE ai_chat_messages SET ${set} WHERE id = $1 RETURNING extract(year FROM last_updated)::int AS year`,
      [id],
    );
    return result.rows[0].year;
  };
  expect(await year(`status = 'error'`)).toBe(2001);
  expect(await year(`content = 'a'`)).toBe(2001);
  expect(await year(`content = 'ab'`)).toBeGreaterThan(2001);
  expect(await year(`content = 'abc', last_updated = '2001-01-01'`)).toBeGreaterThan(2001);
});

test.each([
  [
    'idx_ai_chat_messages_status_updated',
    '(status, last_updated)',
    /WHERE \(\(status\)::text = ANY .*generating.*error/,
    `SELECT id FROM ai_chat_messages WHERE status = 'generating' AND last_updated < now()`,
  ],
  [
    'idx_ai_chat_messages_session_streaming',
    '(session_id, is_streaming)',
    /WHERE \(is_streaming = true\)/,
    `SELECT id FROM ai_chat_messages WHERE session_id = gen_random_uuid() AND is_streaming = true`,
  ],
])('%s is there, partial, and used', async (name, columns, condition, query) => {
  const { rows } = await db.query('SELECT indexdef FROM pg_indexes WHERE indexname = $1', [name]);
  expect(rows[0].indexdef).toContain(columns);
  expect(rows[0].indexdef).toMatch(condition);
  await db.query('SET enable_seqscan = off');
  const plan = await db.query(
    `EXPLAIN ${query.replace('gen_random_uuid()', `'00000000-0000-0000-0000-000000000000'`)}`,
  );
  await db.query('RESET enable_seqscan');
  expect(JSON.stringify(plan.rows)).toContain(name);
});
