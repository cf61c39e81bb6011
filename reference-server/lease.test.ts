import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failure } from './errors.ts';
import { begin } from './store/beginning.ts';
import { FIRST_EPOCH, heldBy, letGo, renewLeases, sweepOrphans } from './store/generations.ts';
import { openWriter, type Writer } from './store/writer.ts';
import { stuck } from './stuck.ts';
import { House, SAVING } from './testing/house.ts';

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let session: string;
  let writer: Writer;
  beforeAll(async () => {
    house = await House.build({ persistence });
    const { rows } = await house.db.query(
      `INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id`,
    );
    session = rows[0].id;
    writer = writerFor(HOUR);
  });
  beforeEach(() => house.db.query('DELETE FROM ai_chat_messages'));
  afterEach(() => house.closeServers());
  afterAll(() => house.tearDown());

  const HOUR = 3_600_000;
  const SWEEPER = { owner: 'sweeper', lease: HOUR };

  const writerFor = (lease: number) =>
    openWriter(house.db, house.db, { persistence, lease, databaseTimeout: HOUR });

  async function generating(owner: string, lease = HOUR): Promise<string> {
    const message = randomUUID();
    const userMessage = randomUUID();
    await begin(house.db, [
      { user: 'alice', session, question: 'q', userMessage, message, owner, lease, key: undefined },
    ]);
    await writerFor(lease).save({ id: message, epoch: FIRST_EPOCH, chunks: 5, text: 'partial' });
    return message;
  }

  const lapse = (id: string) =>
    house.db.query(
      `UPDATE ai_chat_messages SET lease_expires_at = now() - interval '1 ms', lease_ms = 50 WHERE id = $1`,
      [id],
    );

  /** Sweeps as if all that is held elsewhere had been silent for long. */
  const sweep = async (...here: string[]) => sweepOrphans(house.db, SWEEPER, await heldBy(house.db, here));

  test('the sweep ends what is silent, keeps its content, and leaves the rest alone', async () => {
    const [silent, here, unleased] = await Promise.all([1, 2, 3].map(() => generating('owner')));
    await house.db.query('UPDATE ai_chat_messages SET lease_expires_at = NULL WHERE id = $1', [unleased]);
    expect(await sweep(here!)).toEqual([silent]);
    expect(await house.row(silent!)).toMatchObject({
      status: 'error',
      error_code: 'ORPHANED',
      content: 'partial',
      is_streaming: false,
      lease_owner: null,
    });
    for (const id of [here!, unleased!]) expect((await house.row(id)).status).toBe('generating');
    expect(await sweep(here!)).toEqual([]);
  });

  test.for([
    [
      'a save',
      (id: string) => writer.save({ id, epoch: FIRST_EPOCH, chunks: 10, text: 'more than partial' }),
    ],
    ['a heartbeat', (id: string) => renewLeases(house.db, 'owner', [id], HOUR)],
  ] as const)('%s between the last look and the sweep is a sign of life', async ([, live]) => {
    const id = await generating('owner');
    const seen = await heldBy(house.db, []);
    expect(seen).toMatchObject([{ id, epoch: FIRST_EPOCH, lease: HOUR, free: false, chunks: 5 }]);
    await live(id);
    expect(await sweepOrphans(house.db, SWEEPER, seen)).toEqual([]);
    expect(await sweep()).toEqual([id]);
  });

  test('what was let go is free', async () => {
    const id = await generating('owner');
    await letGo(house.db, { id, epoch: FIRST_EPOCH });
    expect(await heldBy(house.db, [])).toMatchObject([{ id, free: true }]);
  });

  test('a row that is being written is not swept', async () => {
    const id = await generating('owner');
    const unlock = await house.lock(id);
    expect(await sweep()).toEqual([]);
    await unlock();
    expect(await sweep()).toEqual([id]);
  });

  test('who lost the lease can write neither content nor an end', async () => {
    const id = await generating('owner');
    expect(await sweep()).toEqual([id]);
    const late = { id, epoch: FIRST_EPOCH, text: 'partial and more', chunks: 9 };
    expect(await writer.save(late)).toBe(false);
    expect(await writer.end({ ...late, status: 'completed', error: undefined })).toBe(false);
    // Not even where somebody else has taken the generation up again.
    await house.db.query(`UPDATE ai_chat_messages SET status = 'generating' WHERE id = $1`, [id]);
    expect(await writer.save(late)).toBe(false);
    expect(await writer.end({ ...late, status: 'error', error: failure('INTERNAL') })).toBe(false);
    expect((await house.row(id)).content).toBe('partial');
  });

  test('a save that lands late, or twice, changes nothing', async () => {
    const id = await generating('owner');
    const save = { id, epoch: FIRST_EPOCH };
    if (persistence === 'checkpoint') {
      expect(await writer.save({ ...save, text: 'part', chunks: 3 })).toBe(false);
      expect(await writer.save({ ...save, text: 'partial', chunks: 5 })).toBe(true);
    } else {
      expect(await writer.save({ ...save, text: 'partial', chunks: 5 })).toBe(true);
    }
    expect(await house.row(id)).toMatchObject({ content: 'partial', chunk_count: 5 });
  });

  test('the heartbeat renews what is held, tells what is not, and waits for no lock', async () => {
    const [held, locked, lost] = await Promise.all([1, 2, 3].map(() => generating('me', 1)));
    await house.db.query(`UPDATE ai_chat_messages SET lease_owner = 'another' WHERE id = $1`, [lost]);
    const unlock = await house.lock(locked!);
    expect(await renewLeases(house.db, 'me', [held!, locked!, lost!], HOUR)).toEqual([lost]);
    await unlock();
    const { rows } = await house.db.query('SELECT id FROM ai_chat_messages WHERE lease_expires_at > now()');
    expect(rows).toEqual([{ id: held }]);
  });

  test('a held lease is renewed while the LLM is silent, and no other instance sweeps it', async () => {
    const server = await house.serve({ LEASE_MS: '9000' });
    await house.serve({ SWEEP_MS: '10' });
    const stream = await server.alice.send(await server.alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    const { lease_expires_at: first } = await house.row(stream.message);
    await house.rowThat(stream.message, (row) => Number(row.lease_expires_at) > Number(first));
    call.say('still here').finish();
    await stream.end();
    expect(stream.done!.data.status).toBe('completed');
  });

  test('an owner that lost its lease closes the LLM call and tells its readers how it ended', async () => {
    const server = await house.serve({ LEASE_MS: '1500' });
    const stream = await server.alice.send(await server.alice.session(), 'question');
    const call = await house.llm.call();
    call.say('a');
    await stream.hasChunks(1);
    await house.db.query(
      `UPDATE ai_chat_messages SET status = 'error', error_code = 'STUCK', lease_epoch = 1, lease_owner = NULL WHERE id = $1`,
      [stream.message],
    );
    expect(await call.closed).toBe('aborted');
    await stream.end();
    expect(stream.done!.data).toMatchObject({ status: 'error', length: 0, error: { code: 'STUCK' } });
  });

  test('connections that break in the middle of a save cost no chunk', async () => {
    const server = await house.serve();
    const stream = await server.alice.send(await server.alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    for (const round of [1, 2, 3, 4]) {
      const unlock = await house.lock(stream.message);
      call.say(...Array.from({ length: 7 }, (_, i) => `${round}.${i} `));
      await house.somebodyWaits();
      await house.db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'reference-server'`,
      );
      await unlock();
      await stream.hasChunks(7 * round);
    }
    call.finish();
    await stream.end();
    expect(stream.done!.data.status).toBe('completed');
    expect(await house.row(stream.message)).toMatchObject({ content: stream.text, chunk_count: 28 });
  });

  test('what cannot be saved is cut off without a word of its end, and swept later', async () => {
    const server = await house.serve({ DATABASE_TIMEOUT_MS: '3000', LEASE_MS: '3000', SWEEP_MS: '50' });
    const stream = await server.alice.send(await server.alice.session(), 'question');
    const call = await house.llm.call();
    await stream.until(({ events }) => events.length > 0);
    const unlock = await house.lock(stream.message);
    call.say('a', 'b', 'c', 'd', 'e', 'f');
    await stream.end();
    expect([stream.ended, stream.done, stream.text]).toEqual(['cut', undefined, 'abcde']);
    expect(await call.closed).toBe('aborted');
    await unlock();
    const row = await house.rowThat(stream.message, ({ status }) => status !== 'generating');
    expect(row).toMatchObject({ status: 'error', error_code: 'ORPHANED' });
  });

  test('stuck answers are those that changed long ago and that nobody holds', async () => {
    const [abandoned, held, unleased, recent] = await Promise.all(
      [1, 2, 3, 4].map(() => generating('owner')),
    );
    await Promise.all([lapse(abandoned!), lapse(recent!)]);
    await house.db.query('UPDATE ai_chat_messages SET lease_expires_at = NULL WHERE id = $1', [unleased]);
    await house.db.query(
      `UPDATE ai_chat_messages SET last_updated = now() - interval '6 min' WHERE id <> $1`,
      [recent],
    );
    await house.db.query(
      `UPDATE ai_chat_message_pieces p SET saved_at = m.last_updated FROM ai_chat_messages m WHERE m.position = p.message_position`,
    );
    const options = { olderThan: 300_000 };
    const found = await stuck(house.databaseUrl, { ...options, fix: false });
    expect(found.map(({ id, length, fixed }) => ({ id, length, fixed }))).toEqual(
      expect.arrayContaining([abandoned, unleased].map((id) => ({ id, length: 7, fixed: false }))),
    );
    expect(found.length).toBe(2);
    const fixed = await stuck(house.databaseUrl, { ...options, fix: true });
    expect(fixed.map((row) => row.fixed)).toEqual([true, true]);
    expect(await house.row(unleased!)).toMatchObject({
      status: 'error',
      error_code: 'STUCK',
      content: 'partial',
    });
    for (const id of [held!, recent!]) expect((await house.row(id)).status).toBe('generating');
    expect(await stuck(house.databaseUrl, { ...options, fix: true })).toEqual([]);
  });
});
