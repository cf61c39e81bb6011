/** What each fault of a database really does to a client that has a connection, and to one that wants one. */
import type pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connected, createTestDatabase } from '../../../tests/support/postgres.ts';
import { databaseFaults, NotOurs } from './index.ts';

async function begin(id: string) {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const client = await connected(url);
  await client.query('CREATE TABLE kelp (grown int)');
  await client.query('INSERT INTO kelp VALUES (1)');
  const fault = databaseFaults.find((each) => each.id === id)!;
  const strike = () => fault.strike({ url, server: { adminUrl: inject('postgresAdminUrl') } });
  return { url, client, strike };
}

const grow = (client: pg.Client) => client.query('UPDATE kelp SET grown = grown + 1 RETURNING grown');

test.for([
  { id: 'database-full', code: '53100' },
  { id: 'database-conflict', code: '40001' },
])('$id: writing fails by $code, reading goes on, healing ends it', async ({ id, code }) => {
  const { client, strike } = await begin(id);
  const heal = await strike();
  await expect(grow(client)).rejects.toMatchObject({ code });
  expect((await client.query('SELECT grown FROM kelp')).rows).toEqual([{ grown: 1 }]);
  await heal();
  expect((await grow(client)).rows).toEqual([{ grown: 2 }]);
});

test('database-slow: writes take their time and succeed', async () => {
  const { client, strike } = await begin('database-slow');
  const heal = await strike();
  const { rows } = await client.query(
    `WITH grown AS (UPDATE kelp SET grown = 5 RETURNING 1)
     SELECT count(*)::int AS n FROM grown`,
  );
  expect(rows).toEqual([{ n: 1 }]);
  const slept = await client.query(`SELECT prosrc FROM pg_proc WHERE proname = 'strike'`);
  expect(slept.rows[0].prosrc).toContain('pg_sleep');
  await heal();
  expect((await grow(client)).rows).toEqual([{ grown: 6 }]);
});

test('database-terminate: who is connected is not any more, who comes is let in', async () => {
  const { url, client, strike } = await begin('database-terminate');
  const heal = await strike();
  await expect(grow(client)).rejects.toThrow();
  expect((await grow(await connected(url))).rows).toEqual([{ grown: 2 }]);
  await heal();
});

test('database-exhausted: who is connected is not any more, and nobody gets in until it heals', async () => {
  const { url, client, strike } = await begin('database-exhausted');
  const heal = await strike();
  await expect(grow(client)).rejects.toThrow();
  await expect(connected(url)).rejects.toMatchObject({ code: '55000' });
  await heal();
  expect((await grow(await connected(url))).rows).toEqual([{ grown: 2 }]);
});

test('database-kill: a server that is not ours is left alone, and that is said', async () => {
  const { client, strike } = await begin('database-kill');
  await expect(strike()).rejects.toBeInstanceOf(NotOurs);
  expect((await grow(client)).rows).toEqual([{ grown: 2 }]);
});
