/** The connection pool, and whether the schema is the one that the chosen persistence needs. */
import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';

export type Database = pg.Pool;

/** @param lockTimeout ms that a statement waits for a row that somebody else holds; without it, as long as it may take */
export function connect(
  config: Pick<Config, 'databaseUrl' | 'databaseConnections' | 'databaseIdle' | 'databaseTimeout'>,
  log: Logger,
  lockTimeout?: number,
): Database {
  const pool = new pg.Pool({
    connectionString: config.databaseUrl,
    application_name: 'reference-server',
    max: config.databaseConnections,
    idleTimeoutMillis: config.databaseIdle,
    connectionTimeoutMillis: config.databaseTimeout,
    query_timeout: config.databaseTimeout,
    ...(lockTimeout !== undefined && { lock_timeout: lockTimeout }),
    keepAlive: true,
  });
  // Without listeners a connection that breaks would end the process, also while it is lent out or being closed.
  // What runs on it fails and says so; the pool replaces it.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'));
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** @throws StartError where the database does not answer, or migrations are missing */
export async function checkSchema(
  db: Database,
  { persistence, llm }: Pick<Config, 'persistence' | 'llm'>,
): Promise<void> {
  const needed = persistence === 'at-end' ? 'ai_chat_messages' : 'ai_chat_message_pieces';
  const { rows } = await db
    .query<{ found: boolean; named: boolean }>(
      `SELECT to_regclass($1) IS NOT NULL AS found,
              EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('ai_chat_messages')
                                                 AND attname = 'llm_response' AND NOT attisdropped) AS named`,
      [needed],
    )
    .catch((error: Error) => {
      throw new StartError(`The database of DATABASE_URL does not answer: ${error.message}`, {
        cause: error,
      });
    });
  if (!rows[0]!.found) {
    throw new StartError(`${persistence} persistence needs the table ${needed}: apply the migrations first.`);
  }
  if (llm.api === 'responses' && !rows[0]!.named)
    throw new StartError(
      'LLM_API=responses needs the column ai_chat_messages.llm_response: apply the migrations first.',
    );
}

/** Tells a database that is gone from a fault of the server: only the first is worth trying again. */
export function isUnavailable(error: unknown): boolean {
  // 08 connection, 53 resources, 57P shut down or starting up.
  if (error instanceof pg.DatabaseError) return /^(08|53|57P)/.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  return 'code' in error ? BROKEN_CONNECTION.has(String(error.code)) : WORDS_OF_THE_DRIVER.has(error.message);
}

const BROKEN_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The driver gives its own errors no codes. */
const WORDS_OF_THE_DRIVER = new Set([
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Connection terminated',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
]);
