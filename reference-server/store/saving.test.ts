/** How statements are answered that are made thousands of times a second, whatever the planner believes of the table. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../tests/support/postgres.ts';
import { migrate } from '../migrate.ts';
import { APPEND, END, REWRITE, STILL_OURS } from './saving.ts';

let db: pg.Client;
let drop: () => Promise<void>;
let session: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  await migrate(database.url, 'up');
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  // What is kept of plans is what they were when the table was empty.
  await db.query('SET plan_cache_mode = force_generic_plan');
  const { rows } = await db.query(`INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id`);
  session = rows[0].id;
});
afterAll(async () => {
  await db.end();
  await drop();
});

const id = '00000000-0000-4000-8000-000000000000';
const WORDS: Record<string, [statement: string, types: string, values: string]> = {
  append: [APPEND, 'uuid[], int[], int[], text[]', `'{${id}}', '{1}', '{5}', '{kelp}'`],
  'still-ours': [STILL_OURS, 'uuid[], int[]', `'{${id}}', '{1}'`],
  rewrite: [REWRITE, 'uuid[], int[], int[], text[], int', `'{${id}}', '{1}', '{5}', '{kelp}', 1`],
  end: [
    END,
    'uuid[], int[], int[], text[], text[], text[]',
    `'{${id}}', '{1}', '{5}', '{kelp}', '{completed}', '{}'`,
  ],
};

async function planOf(name: string): Promise<string> {
  const { rows } = await db.query(`EXPLAIN EXECUTE "${name}" (${WORDS[name]![2]})`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function prepare(name: string): Promise<void> {
  const [statement, types] = WORDS[name]!;
  await db.query(`DEALLOCATE ALL`);
  await db.query(`PREPARE "${name}" (${types}) AS ${statement}`);
}

/** So many answers that are being generated, of which nobody has told the planner. */
async function generating(count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await db.query(
      `INSERT INTO ai_chat_messages (id, session_id, role, content, status, is_streaming, lease_epoch)
       VALUES ($1, $2, 'assistant', '', 'generating', true, 1)`,
      [randomUUID(), session],
    );
}

test.each(['append', 'still-ours'])('%s looks up by id, by a plan of an empty table too', async (name) => {
  await prepare(name);
  const plan = await planOf(name);
  expect(plan).toContain('Index Scan using ai_chat_messages_pkey');
  expect(plan).not.toContain('Join Filter');
});

test('nothing goes through all that is being generated', async () => {
  await generating(300);
  for (const name of Object.keys(WORDS)) {
    await prepare(name);
    expect(await planOf(name)).not.toContain('status_updated');
  }
});
