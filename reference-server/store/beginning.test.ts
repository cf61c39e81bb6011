import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { House } from '../testing/house.ts';
import { begin, type NewGeneration, openBeginnings } from './beginning.ts';

let house: House;
let session: string;
beforeAll(async () => {
  house = await House.build();
});
afterAll(() => house.tearDown());
beforeEach(async () => {
  session = await sessionOf('alice');
});

async function sessionOf(user: string): Promise<string> {
  const { rows } = await house.db.query('INSERT INTO ai_chat_sessions (user_id) VALUES ($1) RETURNING id', [
    user,
  ]);
  return rows[0].id;
}

function asked(question: string, more: Partial<NewGeneration> = {}): NewGeneration {
  const ids = { userMessage: randomUUID(), message: randomUUID() };
  return { user: 'alice', session, question, ...ids, owner: 'me', lease: 60_000, key: undefined, ...more };
}

async function rowsIn(of: string) {
  const { rows } = await house.db.query(
    `SELECT id, role, content, reply_to, status, is_streaming, lease_owner, lease_epoch, lease_ms,
            lease_expires_at > now() + interval '30 s' AS leased
       FROM ai_chat_messages WHERE session_id = $1 ORDER BY position`,
    [of],
  );
  return rows;
}

test('many begin in one statement, in the order in which they were asked', async () => {
  const all = Array.from({ length: 40 }, (_, n) => asked(`question ${n}`));
  const query = vi.spyOn(house.db, 'query');
  const begun = await begin(house.db, all);
  expect(query).toHaveBeenCalledTimes(1);
  query.mockRestore();
  expect(all.map(({ message }) => begun.get(message))).toEqual(all.map(() => 'begun'));
  const free = { lease_owner: null, lease_epoch: 0, lease_ms: 0, leased: null };
  const held = { lease_owner: 'me', lease_epoch: 0, lease_ms: 60_000, leased: true };
  expect(await rowsIn(session)).toEqual(
    all.flatMap(({ userMessage, message, question }) => [
      {
        ...{ id: userMessage, role: 'user', content: question, reply_to: null },
        ...{ status: 'completed', is_streaming: false, ...free },
      },
      {
        ...{ id: message, role: 'assistant', content: '', reply_to: userMessage },
        ...{ status: 'generating', is_streaming: true, ...held },
      },
    ]),
  );
});

test('a session that is not there, or not the asker’s, begins nothing and harms no other', async () => {
  const [bobs, gone] = [await sessionOf('bob'), randomUUID()];
  const all = [asked('a', { session: bobs, key: 'theirs' }), asked('b'), asked('c', { session: gone })];
  const begun = await begin(house.db, all);
  expect(all.map(({ message }) => begun.get(message))).toEqual(['no-session', 'begun', 'no-session']);
  expect([(await rowsIn(bobs)).length, (await rowsIn(session)).length]).toEqual([0, 2]);
  const again = asked('a', { user: 'bob', session: bobs, key: 'theirs' });
  expect((await begin(house.db, [again])).get(again.message)).toBe('begun');
});

test('a key begins once, whether it is repeated in the same statement or in a later one', async () => {
  const all = [asked('q', { key: 'k' }), asked('q', { key: 'k' }), asked('other', { key: 'k' })];
  const begun = await begin(house.db, all);
  const [{ userMessage, message }] = all as [NewGeneration];
  const first = { session, question: 'q', userMessage, message };
  expect(all.map((one) => begun.get(one.message))).toEqual(['begun', first, first]);
  const late = asked('q', { key: 'k' });
  expect((await begin(house.db, [late])).get(late.message)).toEqual(first);
  expect((await rowsIn(session)).length).toBe(2);
});

test('two instances that are asked the same keys at once, the other way round, never wait for each other', async () => {
  for (let round = 0; round < 20; round++) {
    const keys = Array.from({ length: 30 }, (_, n) => `${round}-${n}`);
    const here = keys.map((key) => asked(key, { key, owner: 'here' }));
    const there = keys.map((key) => asked(key, { key, owner: 'there' })).reverse();
    const [one, other] = await Promise.all([begin(house.db, here), begin(house.db, there)]);
    const begun = [...one.values(), ...other.values()].filter((each) => each === 'begun');
    expect(begun.length).toBe(keys.length);
  }
  expect((await rowsIn(session)).length).toBe(20 * 30 * 2);
});

test('one that the database refuses fails alone', async () => {
  const beginnings = openBeginnings(house.db, house.db);
  const begun = await Promise.allSettled(
    ['first', 'a', 'no\0text', 'b'].map((question) => beginnings.add(asked(question))),
  );
  expect(begun.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect((await rowsIn(session)).filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual(
    expect.arrayContaining(['first', 'a', 'b']),
  );
});

test('where the database is not reached, each is told so at once', async () => {
  const broken = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const reach = vi.fn(() => Promise.reject(broken));
  const beginnings = openBeginnings(house.db, house.db, reach);
  const begun = await Promise.allSettled(['a', 'b', 'c'].map((question) => beginnings.add(asked(question))));
  expect(begun).toEqual(begun.map(() => ({ status: 'rejected', reason: broken })));
});

test('where only the answer of the database is lost, what has begun has begun, and the rest is told as ever', async () => {
  const broken = Object.assign(new Error('read'), { code: 'ECONNRESET' });
  const earlier = asked('asked before', { key: randomUUID() });
  await begin(house.db, [earlier]);
  const lossy = vi
    .fn(begin)
    .mockImplementationOnce(begin)
    .mockImplementationOnce(async (db, batch) => {
      await begin(db, batch);
      throw broken;
    });
  const beginnings = openBeginnings(house.db, house.db, lossy);
  const all = [
    asked('a', { key: randomUUID() }),
    asked('b'),
    asked('asked again', { key: earlier.key }),
    asked('of nobody', { session: randomUUID() }),
  ];
  // The first goes alone; what the test is about is lost with those that waited for it.
  const first = beginnings.add(asked('first'));
  const rest = all.map((one) => beginnings.add(one));
  expect(await first).toBe('begun');
  expect(await Promise.all(rest)).toMatchObject([
    'begun',
    'begun',
    { message: earlier.message },
    'no-session',
  ]);
  const questions = (await rowsIn(session))
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content);
  expect(questions).toEqual(['asked before', 'first', 'a', 'b']);
});
