/** A database, an LLM and servers on them, for one test file or one test. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { createTestDatabase } from '../../tests/support/postgres.ts';
import { type Config, readConfig } from '../config.ts';
import { migrate } from '../migrate.ts';
import type { Parts } from '../parts.ts';
import { type Server, startServer } from '../server.ts';
import { Client } from './client.ts';
import { StubLlm } from './stub-llm.ts';

export interface LogLine {
  msg: string;
  path?: string;
  complete?: boolean;
}

export interface TestServer extends Server {
  alice: Client;
  bob: Client;
  /** Waits until the server has logged such a line. */
  logged(holds: (line: LogLine) => boolean): Promise<void>;
}

export interface Ground {
  /** Of the servers that a test does not ask for another. */
  persistence?: Config['persistence'];
  /** The last migration to apply; without it, all. */
  migrations?: number;
}

/** The ways to persist that keep the contract: what is promised is promised of each. */
export const SAVING = ['checkpoint', 'append'] as const;

export class House {
  readonly databaseUrl: string;
  readonly db: pg.Pool;
  readonly llm: StubLlm;
  readonly #persistence: string;
  /** Where messages are read as everybody is to read them. */
  readonly #table: string;
  readonly #servers: Server[] = [];
  readonly #drop: () => Promise<void>;

  private constructor(
    databaseUrl: string,
    llm: StubLlm,
    { persistence = 'checkpoint', migrations }: Ground,
    drop: () => Promise<void>,
  ) {
    this.databaseUrl = databaseUrl;
    this.db = new pg.Pool({ connectionString: databaseUrl });
    // Dropping the database may end connections that are still closing.
    this.db.on('connect', (client) => client.on('error', () => {})).on('error', () => {});
    this.llm = llm;
    this.#persistence = persistence;
    this.#table = migrations === undefined ? 'ai_chat_messages_whole' : 'ai_chat_messages';
    this.#drop = drop;
  }

  static async build(ground: Ground = {}): Promise<House> {
    const { url, drop } = await createTestDatabase();
    await migrate(url, 'up', ground.migrations === undefined ? {} : { to: ground.migrations });
    return new House(url, await StubLlm.start(), ground, drop);
  }

  environment(more: Record<string, string> = {}): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      LLM_BASE_URL: this.llm.url,
      LLM_MODEL: 'stub',
      AUTH: 'development',
      // Saves by time, sweeps and cuts of slow readers happen only where a test is about them.
      CHECKPOINT_MS: '600000',
      LEASE_MS: '600000',
      SWEEP_MS: '600000',
      READER_TIMEOUT_MS: '600000',
      SHUTDOWN_GRACE_MS: '0',
      PERSISTENCE: this.#persistence,
      ...more,
    };
  }

  /** @param parts what it is made of; default: what a clean server is */
  async serve(more: Record<string, string> = {}, parts?: Parts): Promise<TestServer> {
    const config = readConfig(this.environment(more));
    const lines: LogLine[] = [];
    const log = pino({ level: config.logLevel }, { write: (line) => void lines.push(JSON.parse(line)) });
    const server = await startServer(config, log, parts);
    this.#servers.push(server);
    return {
      ...server,
      alice: new Client(server.url, 'alice-token'),
      bob: new Client(server.url, 'bob-token'),
      async logged(holds) {
        while (!lines.some(holds)) await delay(10);
      },
    };
  }

  /** The row of a message as the database has it for everybody. */
  async row(id: string): Promise<Record<string, unknown> & { content: string; status: string }> {
    const { rows } = await this.db.query(`SELECT * FROM ${this.#table} WHERE id = $1`, [id]);
    return rows[0];
  }

  /** Waits until a row is as wanted. */
  async rowThat(
    id: string,
    holds: (row: Record<string, unknown> & { content: string; status: string }) => boolean,
  ): Promise<Record<string, unknown> & { content: string; status: string }> {
    for (;;) {
      const row = await this.row(id);
      if (row && holds(row)) return row;
      await delay(10);
    }
  }

  /** Holds the row of a message, so that nobody can write it or append to it, until the returned function is called. */
  async lock(id: string): Promise<() => Promise<void>> {
    const client = await this.db.connect();
    await client.query('BEGIN');
    if (this.#persistence === 'append') await client.query('LOCK TABLE ai_chat_message_pieces IN SHARE MODE');
    await client.query('SELECT 1 FROM ai_chat_messages WHERE id = $1 FOR UPDATE', [id]);
    return async () => {
      await client.query('COMMIT');
      client.release();
    };
  }

  /** Waits until somebody waits for a row that is locked. */
  async somebodyWaits(): Promise<void> {
    for (;;) {
      const { rowCount } = await this.db.query(
        `SELECT 1 FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'reference-server' AND wait_event_type = 'Lock'`,
      );
      if (rowCount) return;
      await delay(10);
    }
  }

  /** Waits until so many instances listen to each other. */
  async listening(count: number): Promise<void> {
    for (;;) {
      const { rowCount } = await this.db.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
      );
      if (rowCount === count) return;
      await delay(10);
    }
  }

  async closeServers(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.close()));
  }

  async tearDown(): Promise<void> {
    await this.llm.close();
    await this.closeServers();
    await this.db.end();
    await this.#drop();
  }
}
