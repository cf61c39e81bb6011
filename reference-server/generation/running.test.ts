import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Counters } from '../metrics.ts';
import { begin } from '../store/beginning.ts';
import { messages } from '../store/messages.ts';
import { openWriter } from '../store/writer.ts';
import { House } from '../testing/house.ts';
import { Finished } from './finished.ts';
import { Generation } from './generation.ts';
import { Running } from './running.ts';

const LEASE = 600_000;

let house: House;
beforeAll(async () => {
  house = await House.build();
});
afterAll(() => house.tearDown());

function announced() {
  const running = new Running();
  const generation = new Generation(randomUUID(), {
    writer: openWriter(house.db, house.db, {
      persistence: 'checkpoint',
      lease: LEASE,
      databaseTimeout: LEASE,
    }),
    counters: new Counters(),
    signals: { tell: () => {} },
    config: {
      checkpoint: { chunks: 5, within: LEASE },
      lease: LEASE,
      databaseTimeout: LEASE,
      orphans: 'error',
    },
    log: pino({ level: 'silent' }),
    read: messages(house.db, 'checkpoint').byId,
  });
  running.announce(generation);
  return { running, generation };
}

/** Shuts down, and returns when the grace is over. */
async function pastGrace(running: Running): Promise<{ over: boolean; ended: Promise<void> }> {
  const state = { over: false, ended: Promise.resolve() };
  state.ended = running.shutDown(0).then(() => {
    state.over = true;
  });
  // Timers of one length fire in the order in which they were set, each with all that follows from it.
  await delay(0);
  return state;
}

async function insert(message: string): Promise<void> {
  const { rows } = await house.db.query(
    `INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id`,
  );
  const asked = { user: 'alice', session: rows[0].id, question: 'q', key: undefined };
  await begin(house.db, [{ ...asked, userMessage: randomUUID(), message, owner: 'owner', lease: LEASE }]);
}

/** An LLM that says nothing until its call is closed. */
const silence = {
  async *speak(signal: AbortSignal): AsyncGenerator<string> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  },
};

test('one whose rows are being inserted at shutdown is waited for, and ended', async () => {
  const { running, generation } = announced();
  const shutdown = await pastGrace(running);
  expect(shutdown.over).toBe(false);
  await insert(generation.id);
  running.start(generation, silence);
  await shutdown.ended;
  expect(await house.row(generation.id)).toMatchObject({ status: 'error', error_code: 'SHUT_DOWN' });
});

test('one whose rows could not be inserted keeps nothing from shutting down', async () => {
  const { running, generation } = announced();
  const shutdown = await pastGrace(running);
  running.withdraw(generation);
  await shutdown.ended;
});

test('a question that is let in before the word to shut down is begun after it, and ended', async () => {
  const server = await house.serve();
  const session = await server.alice.session();
  const client = await house.db.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE ai_chat_sessions IN ACCESS EXCLUSIVE MODE');
  const asked = server.alice.send(session, 'just in time').catch(() => {});
  await house.somebodyWaits();
  const closed = house.closeServers();
  await client.query('COMMIT');
  client.release();
  await Promise.all([asked, closed]);
  expect(await statesIn(session)).toEqual(['completed', 'error']);
});

test('a question that is read only after that word is refused, and nothing of it is begun', async () => {
  const server = await house.serve();
  const session = await server.alice.session();
  const body = JSON.stringify({ session_id: session, content: 'too late' });
  const request = http.request(`${server.url}/api/v1/chat/messages`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer alice-token',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      // Answered when the head has been read: the body is on its way then.
      expect: '100-continue',
    },
  });
  request.flushHeaders();
  await once(request, 'continue');
  const closed = house.closeServers();
  request.end(body);
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
  answer.resume();
  await closed;
  expect(await statesIn(session)).toEqual([]);
});

async function statesIn(session: string): Promise<string[]> {
  const { rows } = await house.db.query(
    'SELECT status FROM ai_chat_messages WHERE session_id = $1 ORDER BY position',
    [session],
  );
  return rows.map(({ status }) => status);
}

test('one that has ended is kept for a while, for who reads, and no longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const running = new Running();
  const outcome = { status: 'completed', length: 4 } as const;
  const ended = (id: string, here = true) =>
    ({
      id,
      begun: true,
      outcome,
      finished: () => here && new Finished(id, outcome, 'kelp', 1),
    }) as Generation;
  const end = (generation: Generation) => {
    running.announce(generation, 'alice');
    running.withdraw(generation);
  };
  end(ended('a'));
  expect([running.get('a'), running.readable('a')?.id, running.size]).toEqual([undefined, 'a', 0]);
  expect([running.knows('alice', 'a'), running.knows('bob', 'a')]).toEqual([true, false]);
  // What somebody else ended is told by the database alone.
  end(ended('taken', false));
  expect([running.readable('taken'), running.knows('alice', 'taken')]).toEqual([undefined, false]);
  for (let n = 0; n < 999; n++) end(ended(`b-${n}`));
  expect(running.knows('alice', 'a')).toBe(true);
  end(ended('one more'));
  expect([running.knows('alice', 'a'), running.knows('alice', 'b-0')]).toEqual([false, true]);
  vi.advanceTimersByTime(10_000);
  expect([running.knows('alice', 'one more'), running.readable('b-0')]).toEqual([false, undefined]);
});
