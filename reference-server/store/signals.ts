/**
 * Words between the instances on one database, by NOTIFY. They are hints, each of which may be lost: whoever waits
 * for one looks for itself after a while, and whoever gets one looks before it believes.
 *
 *     follow   somebody reads this answer elsewhere than where it is produced
 *     saved    there is more of it to be read, or its end
 *     taken    it is no longer its owner's: it was stopped or swept
 */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Database } from './database.ts';

export type Word = 'follow' | 'saved' | 'taken';

const CHANNEL = 'chat_answers';
const WORDS: ReadonlySet<string> = new Set<Word>(['follow', 'saved', 'taken']);
/** ms until a listening connection that broke is made again. */
const PAUSE = 500;
/** ms */
const CONNECT_TIMEOUT = 10_000;

export class Signals {
  readonly #db: Database;
  readonly #databaseUrl: string;
  readonly #log: Logger;
  readonly #hear: (word: Word, id: string) => void;
  readonly #waiting = new Map<string, Set<() => void>>();
  #client: pg.Client | undefined;
  #stopped = false;

  /** @param hear is told each word, also those of this instance; must not throw */
  constructor(db: Database, databaseUrl: string, log: Logger, hear: (word: Word, id: string) => void) {
    this.#db = db;
    this.#databaseUrl = databaseUrl;
    this.#log = log;
    this.#hear = hear;
  }

  /** Resolves when it listens, or cannot for now; it goes on trying. */
  async listen(): Promise<void> {
    const first = await this.#connect();
    void this.#listenAgain(first.ended);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client?.end().catch(() => {});
  }

  tell(word: Word, id: string): void {
    this.#db
      .query({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, `${word} ${id}`] })
      .catch((error) => this.#log.debug({ err: error }, 'a signal was lost'));
  }

  /** Resolves when there may be more of this answer to be read, after `ms`, or when `signal` is aborted. */
  async wait(id: string, ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    const timer = setTimeout(resolve, ms);
    const over = () => resolve();
    signal?.addEventListener('abort', over);
    await promise;
    signal?.removeEventListener('abort', over);
    clearTimeout(timer);
    waiting.delete(resolve);
    if (waiting.size === 0) this.#waiting.delete(id);
  }

  async #listenAgain(ended: Promise<void>): Promise<void> {
    await ended;
    while (!this.#stopped) {
      await delay(PAUSE, undefined, { ref: false });
      if (this.#stopped) return;
      const next = await this.#connect();
      await next.ended;
    }
  }

  /** @returns when the connection has ended; at once where there was none */
  async #connect(): Promise<{ ended: Promise<void> }> {
    const client = new pg.Client({
      connectionString: this.#databaseUrl,
      application_name: 'reference-server',
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
    });
    client.on('error', () => {});
    client.on('notification', ({ payload = '' }) => this.#heard(payload));
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      return { ended };
    } catch (error) {
      if (!this.#stopped) this.#log.warn({ err: error }, 'cannot listen to other instances');
      client.end().catch(() => {});
      return { ended: Promise.resolve() };
    }
  }

  #heard(payload: string): void {
    const [word = '', id = ''] = payload.split(' ');
    if (!WORDS.has(word)) return;
    this.#hear(word as Word, id);
    if (word !== 'follow') for (const go of this.#waiting.get(id) ?? []) go();
  }
}
