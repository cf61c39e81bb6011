/**
 * Readers who do nothing but read, in a process of their own: they count chunks by their bytes, are cut at random ones, stay
 * away for a moment and resume by the last cursor that came whole. What they read is kept on a tape, for others to judge.
 * Beside them, over the same kind of socket, a bare server is asked as often.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../harness/history/index.ts';
import { ask, Exchange, type Way } from '../../harness/load/engine/exchange.ts';
import { drawOfVisit, type LoadPlan, questionOf } from '../../harness/load/plan.ts';
import { reference } from '../../harness/targets/reference.ts';
import { askBare } from '../load/bare-resume.ts';
import type { Span } from '../load/witness.ts';
import { Tape, type Taped } from './tape.ts';

export interface Order {
  url: string;
  seed: number;
  answers: LoadPlan['answers'];
  /**
   * What is read before anything is measured: as many streams at a time, the same answers at another pace, so often that what
   * a process does all the time has been compiled for good.
   */
  warmUp: { pace: LoadPlan['answers']['pace']; away: number; rounds: number };
  /** At a time. */
  streams: number;
  /** So many are measured, and what is under way then. */
  reconnects: number;
  /** ms that a reader is away. */
  away: number;
  /** Chunks between coming back and the next cut: from, to. */
  stays: readonly [number, number];
  /** ms between two of its requests, about. */
  between: number;
  /** ms between the beginnings of two streams, at first. */
  apart: number;
}

export interface Read {
  taped: Taped;
  /** Of each answer, in their order. */
  sessions: string[];
  /** So many of them were for warming up. */
  warmed: number;
  /** From the request to the first new chunk. */
  recoveries: Span[];
  /** To the first byte of what the bare server answers. */
  bare: Span[];
}

/** ms without a byte. */
const SILENCE = 30_000;
const CHUNK = Buffer.from('event: chunk\n');
const DONE = Buffer.from('event: done\n');
const ID = Buffer.from('\nid: ');

export async function readInParts(order: Order): Promise<Read> {
  const { hostname: host, port } = new URL(order.url);
  const way: Way = { host, port: Number(port), headers: reference.users[0].headers };
  const tape = new Tape();
  const sessions: string[] = [];
  let recoveries: Span[] = [];

  async function readOne(answers: LoadPlan['answers'], away: number): Promise<void> {
    const number = sessions.push('') - 1;
    const draw = drawOfVisit(order, number);
    const session = reference.session(await ask(way, reference.createSession(), SILENCE));
    sessions[number] = session;
    await sleep(draw.between(0, 200));
    const { text, key } = questionOf({ ...order, answers }, number, 0);
    let request = reference.send({ session, text, key });
    let cursor: string | null = null;
    let chunks = 0;
    for (;;) {
      const cutAfter = chunks + draw.between(...order.stays);
      const read = await readUntil(request, cursor, number, chunks, cutAfter);
      chunks = read.chunks;
      if (read.isOver) return;
      cursor = read.cursor;
      if (cursor === null) throw new Error(`no cursor came before answer ${number} was cut`);
      request = reference.open({ session, message: cursor.split(':')[0]!, cursor });
      await sleep(away);
    }
  }

  function readUntil(
    request: Parameters<typeof ask>[1],
    cursor: string | null,
    answer: number,
    before: number,
    cutAfter: number,
  ): Promise<{ chunks: number; isOver: boolean; cursor: string | null }> {
    return new Promise((resolve, reject) => {
      let chunks = before;
      let isOver = false;
      const opened = now();
      const connection = {
        answer,
        cursor,
        opened,
        closed: 0,
        how: 'cut' as 'cut' | 'eof' | 'broken' | 'silent',
      };
      const number = tape.open(connection);
      const close = (how: typeof connection.how) => {
        connection.closed = now();
        connection.how = how;
      };
      const exchange = new Exchange(way, request, SILENCE, {
        head(status) {
          if (status !== 200) reject(new Error(`answer ${answer} was answered by ${status}`));
        },
        bytes(bytes, from, to, at) {
          tape.add(number, at, bytes, from, to);
          const came = count(bytes, CHUNK, from, to);
          if (came > 0 && chunks === before && cursor !== null) recoveries.push({ from: opened, to: at });
          chunks += came;
          isOver ||= count(bytes, DONE, from, to) > 0;
          if (isOver || chunks < cutAfter) return;
          exchange.close();
          close('cut');
          resolve({ chunks, isOver, cursor: lastCursor(tape.of(number)) ?? cursor });
        },
        over(how, error) {
          close(how);
          if (isOver) resolve({ chunks, isOver, cursor });
          else reject(error ?? new Error(`answer ${answer} broke off though nobody had cut it: ${how}`));
        },
      });
    });
  }

  const { pace, away, rounds } = order.warmUp;
  await Promise.all(
    Array.from({ length: order.streams }, async () => {
      for (let round = 0; round < rounds; round++) await readOne({ ...order.answers, pace }, away);
    }),
  );
  const warmed = sessions.length;
  recoveries = [];
  const over = new AbortController();
  const bare = askBare(order.streams, order.between, over.signal);
  await Promise.all(
    Array.from({ length: order.streams }, async (_, n) => {
      await sleep(n * order.apart);
      while (recoveries.length < order.reconnects) await readOne(order.answers, order.away);
    }),
  );
  over.abort();
  return { taped: tape.all(), sessions, warmed, recoveries, bare: await bare };
}

/** How often it stands there. A piece that ends in the midst of one is counted by the next: not at all. */
function count(bytes: Buffer, what: Buffer, from: number, to: number): number {
  let found = 0;
  for (
    let at = bytes.indexOf(what, from);
    at !== -1 && at + what.length <= to;
    at = bytes.indexOf(what, at + 1)
  )
    found++;
  return found;
}

/** Of the last event that came whole. */
function lastCursor(came: Buffer): string | null {
  const whole = came.subarray(0, came.lastIndexOf('\n\n'));
  const at = whole.lastIndexOf(ID);
  return at === -1 ? null : whole.toString('latin1', at + ID.length, whole.indexOf('\n', at + 1));
}

if (process.send)
  process.once('message', (order: Order) => {
    readInParts(order).then(
      (read) => process.send!(read, () => process.disconnect()),
      (error) => {
        throw error;
      },
    );
  });
