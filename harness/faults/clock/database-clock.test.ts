import type pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { connected, createTestDatabase } from '../../../tests/support/postgres.ts';
import { leadDatabaseClock } from './database-clock.ts';

const HOUR = 3_600_000;

/** Whole hours that each of the clocks is ahead. */
async function hours(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ ahead: number }>(
    `SELECT round(extract(epoch FROM told - pg_catalog.clock_timestamp()) / 3600)::int AS ahead
       FROM unnest(ARRAY[now(), transaction_timestamp(), statement_timestamp(), clock_timestamp()]) AS told`,
  );
  return rows.map(({ ahead }) => ahead);
}

test('every clock jumps for those who are connected, also within statements that are prepared, until it is set right', async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const before = await connected(url);
  await before.query('CREATE TABLE told (at timestamptz NOT NULL)');
  const { rows: path } = await before.query('SHOW search_path');
  const clock = await leadDatabaseClock(url);
  await expect(before.query('SELECT 1')).rejects.toThrow();
  const client = await connected(url);
  expect(await hours(client)).toEqual([0, 0, 0, 0]);
  const tell = {
    name: 'tell',
    text: `INSERT INTO told VALUES (now())
           RETURNING round(extract(epoch FROM at - pg_catalog.now()) / 3600)::int AS ahead`,
  };
  for (const jump of [0, 2, -3, 0, 1]) {
    await clock.set(jump * HOUR);
    expect(await clock.wasRead()).toBe(false);
    expect(await hours(client)).toEqual([jump, jump, jump, jump]);
    expect((await client.query(tell)).rows).toEqual([{ ahead: jump }]);
    await client.query('SELECT pg_stat_force_next_flush()');
    await expect.poll(clock.wasRead).toBe(true);
  }
  await clock.close();
  await expect(client.query('SELECT 1')).rejects.toThrow();
  const healed = await connected(url);
  expect(await hours(healed)).toEqual([0, 0, 0, 0]);
  expect((await healed.query('SHOW search_path')).rows).toEqual(path);
});

test('by a step of seconds, for a user who has no rights but its own', async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const clock = await leadDatabaseClock(url);
  const client = await connected(url);
  await clock.set(-20_000);
  await client.query('BEGIN');
  await client.query('CREATE ROLE holdfast_clock_test');
  await client.query('SET LOCAL ROLE holdfast_clock_test');
  const { rows } = await client.query(`SELECT now() = pg_catalog.now() - interval '20 s' AS stepped`);
  expect(rows).toEqual([{ stepped: true }]);
  await client.query('ROLLBACK');
});
