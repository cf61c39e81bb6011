/** The settings, read from the environment. Times are milliseconds. */
import { z } from 'zod';
import { StartError } from './errors.ts';

export interface Config {
  databaseUrl: string;
  databaseConnections: number;
  /** A connection of the pool that nothing was done on for so long is closed. */
  databaseIdle: number;
  /** How long a statement, and with its repetitions a save, may take before the database counts as gone. */
  databaseTimeout: number;
  host: string;
  /** 0: any free one. */
  port: number;
  /** User by token. */
  users: ReadonlyMap<string, string>;
  llm: LlmConfig;
  /** How answers are saved: rewritten as they grow, appended to, or inserted when they are finished. */
  persistence: 'checkpoint' | 'append' | 'at-end';
  /** Save after so many chunks, and this long after the first unsaved one when fewer have come. */
  checkpoint: { chunks: number; within: number };
  /** Answers that are produced here at the same time; further questions are refused. */
  mostGenerations: number;
  /** What becomes of a generation whose owner is gone: it ends in `error`, or another goes on with it. */
  orphans: 'error' | 'continue';
  /** How long a generation counts as alive without news of its owner. */
  lease: number;
  /** Pause between two looks for orphans. */
  sweep: number;
  keepAlive: number;
  /** A reader that takes nothing for this long is cut; it can resume. */
  readerTimeout: number;
  /** How long running generations may go on after the word to shut down. */
  shutdownGrace: number;
  logLevel: string;
  page: {
    /** Pause between two questions how an answer stands that the page does not stream. */
    poll: number;
    /** Silence after which the page gives a stream up; longer than `keepAlive`. */
    stallTimeout: number;
  };
  /** AUTH=development: the page offers the users that there are. */
  development: boolean;
  /** Names of defects to plant (defects/); only where AUTH=development. */
  defects: readonly string[];
}

export interface LlmConfig {
  /** Chat Completions, or Responses in background mode: the LLM then goes on with an answer whoever goes away. */
  api: 'chat' | 'responses';
  /** Without /chat/completions or /responses. */
  baseUrl: string;
  apiKey?: string;
  model: string;
  /** Silence after which the LLM counts as failed. */
  idleTimeout: number;
}

const DEVELOPMENT_USERS = 'alice=alice-token,bob=bob-token';

const milliseconds = (fallback: number) =>
  z.coerce.number().int().min(1).max(2_147_483_647).default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).max(10_000).default(fallback);

const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  DATABASE_CONNECTIONS: count(10),
  DATABASE_IDLE_MS: milliseconds(10_000),
  DATABASE_TIMEOUT_MS: milliseconds(30_000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  AUTH: z.enum(['development', 'tokens']).default('tokens'),
  TOKENS: z
    .string()
    .regex(/^[^=,\s]+=[^=,\s]+(,[^=,\s]+=[^=,\s]+)*$/, 'must be a list user=token,user=token')
    .optional(),
  LLM_API: z.enum(['chat', 'responses']).default('chat'),
  LLM_BASE_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s):// URL' }),
  LLM_API_KEY: z.string().min(1).optional(),
  LLM_MODEL: z.string().min(1),
  LLM_IDLE_TIMEOUT_MS: milliseconds(60_000),
  PERSISTENCE: z.enum(['checkpoint', 'append', 'at-end']).default('checkpoint'),
  CHECKPOINT_CHUNKS: count(5),
  CHECKPOINT_MS: milliseconds(2_000),
  MAX_GENERATIONS: count(5_000),
  ORPHANS: z.enum(['error', 'continue']).default('error'),
  LEASE_MS: milliseconds(5_000),
  SWEEP_MS: milliseconds(2_000),
  KEEP_ALIVE_MS: milliseconds(15_000),
  READER_TIMEOUT_MS: milliseconds(30_000),
  SHUTDOWN_GRACE_MS: z.coerce.number().int().min(0).max(2_147_483_647).default(10_000),
  PAGE_POLL_MS: milliseconds(2_000),
  PAGE_STALL_MS: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  DEFECTS: z.string().default(''),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

/** @throws StartError naming every variable that is missing or wrong */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable is one that is not set: compose files and shells leave such behind.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new StartError(
      `The environment is not valid. ${wrong.join('; ')}. See reference-server/README.md.`,
    );
  }
  const env = parsed.data;
  const tokens = env.AUTH === 'development' ? DEVELOPMENT_USERS : env.TOKENS;
  if (tokens === undefined) {
    throw new StartError(
      'Nobody could use the server: set TOKENS=user=token,… or, to try it out, AUTH=development.',
    );
  }
  const defects = env.DEFECTS.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (defects.length > 0 && env.AUTH !== 'development') {
    throw new StartError(
      'DEFECTS makes the server lose what it is given: it is for AUTH=development only. Unset it.',
    );
  }
  if (env.ORPHANS === 'continue' && env.LLM_API !== 'responses') {
    throw new StartError(
      'ORPHANS=continue needs an LLM that goes on with an answer when its caller dies: set LLM_API=responses, or ORPHANS=error.',
    );
  }
  if (env.LLM_API === 'responses' && env.PERSISTENCE === 'at-end') {
    throw new StartError(
      'PERSISTENCE=at-end ends an answer with its connection: set LLM_API=chat, or PERSISTENCE=checkpoint or append.',
    );
  }
  return {
    databaseUrl: env.DATABASE_URL,
    databaseConnections: env.DATABASE_CONNECTIONS,
    databaseIdle: env.DATABASE_IDLE_MS,
    databaseTimeout: env.DATABASE_TIMEOUT_MS,
    host: env.HOST,
    port: env.PORT,
    users: usersByToken(tokens),
    llm: {
      api: env.LLM_API,
      baseUrl: env.LLM_BASE_URL.replace(/\/+$/, ''),
      ...(env.LLM_API_KEY === undefined ? {} : { apiKey: env.LLM_API_KEY }),
      model: env.LLM_MODEL,
      idleTimeout: env.LLM_IDLE_TIMEOUT_MS,
    },
    persistence: env.PERSISTENCE,
    checkpoint: { chunks: env.CHECKPOINT_CHUNKS, within: env.CHECKPOINT_MS },
    mostGenerations: env.MAX_GENERATIONS,
    orphans: env.ORPHANS,
    lease: env.LEASE_MS,
    sweep: env.SWEEP_MS,
    keepAlive: env.KEEP_ALIVE_MS,
    readerTimeout: env.READER_TIMEOUT_MS,
    shutdownGrace: env.SHUTDOWN_GRACE_MS,
    logLevel: env.LOG_LEVEL,
    page: {
      poll: env.PAGE_POLL_MS,
      stallTimeout: env.PAGE_STALL_MS ?? 2 * env.KEEP_ALIVE_MS + 5_000,
    },
    development: env.AUTH === 'development',
    defects,
  };
}

function usersByToken(list: string): Map<string, string> {
  const users = new Map<string, string>();
  for (const pair of list.split(',')) {
    const [user = '', token = ''] = pair.split('=');
    if (users.has(token))
      throw new StartError(`TOKENS gives one token to both ${users.get(token)} and ${user}.`);
    users.set(token, user);
  }
  return users;
}
