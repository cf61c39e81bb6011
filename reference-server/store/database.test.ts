import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase } from '../../tests/support/postgres.ts';
import { isUnavailable, transaction } from './database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const WRONG = new Error('what went wrong');

test('what is thrown rolls back, and the connection is used again', async () => {
  const failing = transaction(pool, async (client) => {
    await client.query('CREATE TABLE traces ()');
    throw WRONG;
  });
  await expect(failing).rejects.toBe(WRONG);
  const { rows } = await pool.query(`SELECT to_regclass('traces') AS found`);
  expect([rows[0].found, pool.totalCount]).toEqual([null, 1]);
});

test('a rollback that fails hides nothing, and its connection is given to nobody', async () => {
  const failing = transaction(pool, async (client) => {
    vi.spyOn(client, 'query').mockImplementation(() => Promise.reject(new Error('no rollback either')));
    throw WRONG;
  });
  await expect(failing).rejects.toBe(WRONG);
  expect(pool.totalCount).toBe(0);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

const withCode = (error: Error, code: string) => Object.assign(error, { code });
const answered = (code: string) => withCode(new pg.DatabaseError('refused', 1, 'error'), code);

test.each([
  ['a server that shuts down', answered('57P01'), true],
  ['one that has no connection left', answered('53300'), true],
  ['a unique violation', answered('23505'), false],
  ['a refused connection', withCode(new Error('connect'), 'ECONNREFUSED'), true],
  ['a broken one', new Error('Connection terminated unexpectedly'), true],
  ['a statement without an answer', new Error('Query read timeout'), true],
  ['an error that only speaks of connections', new TypeError('this.connection is undefined'), false],
  ['a body that was broken off', withCode(new Error('request aborted'), 'ECONNABORTED'), false],
  ['a thrown word', 'ECONNRESET', false],
])('%s: worth trying again: %s', (_, error, worth) => {
  expect(isUnavailable(error)).toBe(worth);
});
