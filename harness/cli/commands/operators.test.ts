/** The commands of whoever runs a database or a mock LLM by hand. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../../reference-server/migrate.ts';
import { holdfast } from '../../../tests/cli/holdfast.ts';
import { createTestDatabase } from '../../../tests/support/postgres.ts';

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

const onDatabase = (...args: string[]) => holdfast([...args, '--database-url', database.url]);

async function portTaken(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

describe('what is wrong with the database is told in a sentence, without the password', () => {
  const REFUSED = 'postgres://x:secret@127.0.0.1:1/z';
  test.for([
    { args: ['migrate', 'status', '--database-url', REFUSED], says: /HF_DATABASE: .*x@127.*ECONNREFUSED/ },
    { args: ['migrate', 'up', '--database-url', 'foo'], says: /HF_DATABASE: .*foo .*no postgres:\/\/ URL/ },
    { args: ['stuck', '--database-url', REFUSED], says: /HF_DATABASE: .*ECONNREFUSED/ },
    {
      args: ['stuck', '--database-url', 'postgres://x@127.0.0.1:1/z'],
      says: /database postgres:\/\/x@127\.0/,
    },
    { args: ['stuck', '--database-url', 'mysql://x:secret@h/z'], says: /HF_DATABASE: .*mysql:\/\/x@h\/z/ },
    { args: ['stuck', '--database-url', 'x:se/c@ret@h/z'], says: /HF_DATABASE: The database x@h\/z / },
    { args: ['stuck'], says: /HF_DATABASE: The database "" .*no postgres:\/\/ URL/ },
  ])('holdfast $args', async ({ args, says }) => {
    const { exit, stdout, stderr } = await holdfast(args);
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/secret|\n {4}at /);
  });

  test('a database that is not there', async () => {
    const { exit, stderr } = await holdfast(['stuck', '--database-url', `${database.url}_not`]);
    expect([exit, stderr]).toEqual([64, expect.stringMatching(/^HF_DATABASE: .*does not exist/)]);
  });

  test.for([0, 1, 2])('stuck, where only %i migrations are applied', async (to) => {
    await migrate(database.url, 'up');
    await migrate(database.url, 'down', { to });
    const { exit, stderr } = await onDatabase('stuck');
    expect([exit, stderr]).toEqual([64, expect.stringMatching(/^HF_SCHEMA: .*holdfast migrate up/)]);
  });
});

describe('migrate', () => {
  beforeEach(() => migrate(database.url, 'up'));
  const applied = async () => (await migrate(database.url, 'status')).applied.length;

  test('says what is applied, what is pending and what it changed', async () => {
    const names = (await migrate(database.url, 'status')).applied;
    const last = names.at(-1)!;
    expect((await onDatabase('migrate', 'down', '--to', String(names.length - 1))).stdout).toBe(
      [
        `changed  ${last}  taken back now`,
        ...names.slice(0, -1).map((name) => `applied  ${name}`),
        `pending  ${last}`,
        '',
      ].join('\n'),
    );
    const status = await onDatabase('migrate', 'status', '--json');
    expect(JSON.parse(status.stdout)).toEqual(await migrate(database.url, 'status'));
    expect((await onDatabase('migrate', 'up')).stdout).toContain(`changed  ${last}  applied now`);
    expect((await onDatabase('migrate', 'up')).stdout).toContain('There was nothing to change.');
  });

  test.for([
    { what: 'to none', args: () => ['--to', '0'] },
    { what: 'by as many as there are', args: (all: number) => ['--count', String(all)] },
    { what: 'by more than there are', args: (all: number) => ['--count', String(all + 4)] },
  ])('down $what drops messages, and wants --yes', async ({ args: wanted }) => {
    const all = await applied();
    const args = wanted(all);
    const refused = await onDatabase('migrate', 'down', ...args);
    expect([refused.exit, refused.stdout, await applied()]).toEqual([64, '', all]);
    expect(refused.stderr).toMatch(/^HF_USAGE: .*drops the tables with all sessions and messages/);
    const done = await onDatabase('migrate', 'down', ...args, '--yes');
    expect([done.exit, await applied()]).toEqual([0, 0]);
    expect(done.stdout).toContain('The tables were dropped, with all sessions and messages.');
  });

  test('down without bounds never drops messages, whatever is said', async () => {
    await migrate(database.url, 'down', { to: 1 });
    const { exit, stderr } = await onDatabase('migrate', 'down', '--yes');
    expect([exit, stderr, await applied()]).toEqual([64, expect.stringContaining('--to 0 --yes'), 1]);
  });

  test('the help says so, too', async () => {
    const { exit, stdout } = await holdfast(['migrate', '--help'], { env: { DATABASE_URL: 'nonsense' } });
    expect([exit, stdout]).toEqual([
      0,
      expect.stringMatching(/drops the tables\s+with all sessions and messages/),
    ]);
  });
});

test('stuck lists, puts to error, and counts', async () => {
  await migrate(database.url, 'up');
  const { rows } = await db.query(
    `WITH s AS (INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id)
     INSERT INTO ai_chat_messages (session_id, role, content, status, is_streaming, last_updated)
     SELECT id, 'assistant', 'partial', 'generating', true, '2001-02-03T04:05:06Z' FROM s RETURNING id, session_id`,
  );
  const { id, session_id: session } = rows[0];
  const line = `2001-02-03T04:05:06.000Z  session ${session}  message ${id}  length 7\n`;
  expect((await onDatabase('stuck')).stdout).toBe(`${line}1 answer is stuck; --fix puts it to error\n`);
  const json = JSON.parse((await onDatabase('stuck', '--json')).stdout);
  expect(json).toMatchObject([{ id, session_id: session, length: 7, fixed: false }]);
  expect((await onDatabase('stuck', '--fix')).stdout).toBe(`${line}1 answer was stuck, put to error\n`);
  expect((await onDatabase('stuck')).stdout).toBe('No answer is stuck.\n');
});

test('mock-llm says where it cannot listen', async () => {
  const port = await portTaken();
  for (const [args, says] of [
    [['--port', port], new RegExp(`^ML_LISTEN: .*127\\.0\\.0\\.1:${port}: .*EADDRINUSE.*\\n$`)],
    [['--host', '999.1.1.1'], /^ML_LISTEN: .*999\.1\.1\.1:0: .*\n$/],
  ] as const) {
    const { exit, stdout, stderr } = await holdfast(['mock-llm', ...args]);
    expect([exit, stdout, stderr]).toEqual([70, '', expect.stringMatching(says)]);
  }
});
