/** The reference server (reference-server/): checkpoints every 5 chunks, resumes by cursor. */
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import type { GenerationState, TargetCapabilities } from '../history/events.ts';
import { referencePage } from './reference-page.ts';
import type { Probe, SessionHistory, Target } from './target.ts';

const API = '/api/v1/chat';

/** What the contract promises of it. All ways of persisting are judged by it: `at-end` shows what it breaks. */
const PROMISED = {
  checkpointEvery: 5,
  checkpointWithin: 2_000,
  users: true,
  status: true,
  // Longer than any scenario holds the LLM without meaning harm.
  llmPatience: 10_000,
} as const;

const SAVED_ON_THE_WAY: TargetCapabilities = {
  ...PROMISED,
  cursor: 'index',
  resume: 'append',
  replayAfterEnd: true,
  idempotentSend: true,
  stop: true,
  instances: true,
  // Of a lease (LEASE_MS below) a third is left, at worst, when it is renewed; the rest of that is for a machine that is busy.
  holdsFor: 400,
  clock: 'node',
  placesFrames: true,
  afterCrash: 'error-with-partial',
};

const CAPABILITIES: Record<string, TargetCapabilities> = {
  checkpoint: SAVED_ON_THE_WAY,
  append: SAVED_ON_THE_WAY,
  continue: { ...SAVED_ON_THE_WAY, afterCrash: 'continues' },
  'at-end': {
    ...PROMISED,
    cursor: 'none',
    resume: 'poll',
    replayAfterEnd: false,
    idempotentSend: false,
    stop: false,
    afterCrash: 'nothing',
  },
};

/** Checkpoints, by an LLM in background mode: another process goes on with what one that died has left. */
const CONTINUING = { PERSISTENCE: 'checkpoint', LLM_API: 'responses', ORPHANS: 'continue' } as const;

export const reference: Target = {
  name: 'reference',
  persistence: ['checkpoint', 'append', 'continue', 'at-end'],
  capabilities: (persistence) => CAPABILITIES[persistence]!,
  framing: 'sse',

  async defects() {
    const { defects } = await import('../../reference-server/defects/index.ts');
    return defects;
  },

  async prepare({ databaseUrl }) {
    const { migrate } = await import('../../reference-server/migrate.ts');
    const { builtPage } = await import('../../reference-server/web/build.ts');
    await Promise.all([migrate(databaseUrl, 'up'), builtPage()]);
  },

  launch({ databaseUrl, llmUrl, persistence, defects }) {
    const here = import.meta.url;
    const program = new URL(`../../reference-server/main${extname(here)}`, here);
    return {
      command: process.execPath,
      args: [fileURLToPath(program)],
      env: {
        DATABASE_URL: databaseUrl,
        LLM_BASE_URL: llmUrl,
        LLM_MODEL: 'mock',
        ...(persistence === 'continue' ? CONTINUING : { PERSISTENCE: persistence }),
        AUTH: 'development',
        DEFECTS: defects.join(','),
        PORT: '0',
        KEEP_ALIVE_MS: '1000',
        LLM_IDLE_TIMEOUT_MS: String(PROMISED.llmPatience),
        LEASE_MS: '3000',
        SWEEP_MS: '1000',
        SHUTDOWN_GRACE_MS: '1000',
        // The pool is to be back at its baseline soon after the last play, or every run would wait for it; and well before
        // the next sweep, or on a busy machine it never would.
        DATABASE_IDLE_MS: '200',
      },
      listening: /"listening":"(http:[^"]+)"/,
    };
  },

  // It looks into the database, too; and it takes the same however many sessions somebody has.
  ready: { method: 'GET', path: '/health' },
  users: [
    { name: 'alice', headers: { authorization: 'Bearer alice-token' } },
    { name: 'bob', headers: { authorization: 'Bearer bob-token' } },
  ],

  createSession: () => ({ method: 'POST', path: `${API}/sessions`, json: {} }),
  session: (answer) => string(answer.body, 'id'),
  sessions: () => ({ method: 'GET', path: `${API}/sessions` }),
  listed: (answer) => list(answer.body, 'sessions').map((row) => string(row, 'id')),

  send: ({ session, text, key }) => ({
    method: 'POST',
    path: `${API}/messages`,
    json: { session_id: session, content: text, idempotency_key: key },
  }),

  open: ({ message, cursor }) => ({
    method: 'GET',
    path: `${API}/messages/${message}/stream`,
    headers: cursor === null ? {} : { 'last-event-id': cursor },
  }),

  cursorOf: (message, text) => `${message}:${text.length}`,

  decode({ event, data, id, comment }) {
    if (comment) return { keepAlive: true };
    const cursor = id === undefined ? {} : { cursor: id };
    const body = parse(data);
    if (event === 'message') return { ...cursor, message: string(body, 'message_id') };
    if (event === 'chunk') return { ...cursor, text: { how: 'append', text: string(body, 'text') } };
    if (event === 'done') {
      const length = field(body, 'length');
      const told = typeof length === 'number' ? { length } : {};
      return { ...cursor, ...told, terminal: state(string(body, 'status')) };
    }
    return {};
  },

  history: (session) => ({ method: 'GET', path: `${API}/sessions/${session}/messages` }),

  answers(answer): SessionHistory {
    const rows = list(answer.body, 'messages').map((row) => ({
      id: string(row, 'id'),
      role: string(row, 'role'),
      content: string(row, 'content'),
      status: string(row, 'status'),
      replyTo: field(row, 'reply_to'),
    }));
    const questions = new Map(rows.filter((row) => row.role === 'user').map((row) => [row.id, row.content]));
    return {
      questions: [...questions.values()],
      answers: rows
        .filter((row) => row.role === 'assistant')
        .map((row) => ({
          message: row.id,
          question: questions.get(String(row.replyTo)) ?? null,
          text: row.content,
          state: state(row.status),
        })),
    };
  },

  status: (session) => ({ method: 'GET', path: `${API}/sessions/${session}/status` }),
  active: (answer) =>
    list(answer.body, 'active').map((row) => ({
      message: string(row, 'message_id'),
      text: string(row, 'partial_content'),
    })),

  stop: ({ message }) => ({ method: 'POST', path: `${API}/messages/${message}/stop` }),
  stopped: (answer) => state(string(answer.body, 'status')),

  refusal(answer) {
    const error = field(answer.body, 'error');
    return {
      code: String(field(error, 'code') ?? `HTTP ${answer.status}`),
      reason: String(field(error, 'message') ?? JSON.stringify(answer.body)),
    };
  },

  probe: async (databaseUrl) => openProbe(databaseUrl),
  page: referencePage,
};

/**
 * The same with other settings, as variables of its environment.
 *
 * @param llmPatience with a silent LLM, ms: more for those who hold it for long and mean no harm
 */
export function referenceWith(
  settings: Record<string, string>,
  llmPatience: number = PROMISED.llmPatience,
): Target {
  return {
    ...reference,
    capabilities: (persistence) => ({ ...reference.capabilities(persistence), llmPatience }),
    launch(surroundings) {
      const launch = reference.launch(surroundings);
      return { ...launch, env: { ...launch.env, LLM_IDLE_TIMEOUT_MS: String(llmPatience), ...settings } };
    },
  };
}

/**
 * The same for who measures it: its pool is kept as it comes. Opening a connection costs ten times what most statements
 * do, and nobody waits here for the pool to be back at its baseline.
 */
export const measured: Target = referenceWith({ DATABASE_IDLE_MS: '10000' });

/** Bound of one look at the database, ms: one that hangs is told as not known, and holds nothing up. */
const PROBE_WITHIN = 10_000;
/** Plays side by side share a probe; more looks than these wait for one another. */
const PROBES_AT_ONCE = 4;

async function openProbe(databaseUrl: string): Promise<Probe> {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'holdfast-probe',
    max: PROBES_AT_ONCE,
    connectionTimeoutMillis: PROBE_WITHIN,
    query_timeout: PROBE_WITHIN,
  });
  // Losing a connection fails the next query, which says so; without a listener it would end the process.
  pool.on('error', () => {});
  // Which of the migrations are applied: without a status every row is a finished one, and where answers can be
  // appended to, rows and pieces are seen together, as they are at one moment.
  const { rows } = await pool.query(
    `SELECT EXISTS (SELECT FROM information_schema.columns
                     WHERE table_name = 'ai_chat_messages' AND column_name = 'status') AS "hasStatus",
            to_regclass('ai_chat_messages_whole') IS NOT NULL AS "hasPieces"`,
  );
  const status = rows[0].hasStatus ? 'a.status' : `'completed'`;
  const table = rows[0].hasPieces ? 'ai_chat_messages_whole' : 'ai_chat_messages';
  return {
    async snapshot(sessions) {
      const result = await pool.query(
        `SELECT q.content AS question, a.content AS text, ${status} AS state, a.id IS NOT NULL AS answered
           FROM ai_chat_messages q
           LEFT JOIN ${table} a ON a.reply_to = q.id AND a.role = 'assistant'
          WHERE q.role = 'user' AND q.session_id = ANY($1::uuid[])
          ORDER BY q.position, a.position`,
        [sessions],
      );
      return result.rows.map((row) => ({
        question: row.question,
        answer: row.answered ? { text: row.text, state: state(row.state) } : null,
      }));
    },
    async connections() {
      const result = await pool.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE datname = current_database() AND application_name <> 'holdfast-probe' AND backend_type = 'client backend'`,
      );
      return result.rows[0].n;
    },
    // Of a server that is stopped no goodbye comes.
    close: () => Promise.race([pool.end(), sleep(PROBE_WITHIN, undefined, { ref: false })]),
  };
}

const STATES: ReadonlySet<string> = new Set(['generating', 'completed', 'error', 'cancelled']);

function state(text: string): GenerationState {
  if (STATES.has(text)) return text as GenerationState;
  throw new TypeError(`the target told a state that the contract does not know: "${text}"`);
}

function parse(data: string): unknown {
  return data === '' ? {} : JSON.parse(data);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function string(value: unknown, name: string): string {
  const found = field(value, name);
  if (typeof found === 'string') return found;
  throw new TypeError(
    `expected a string "${name}" in the target's answer, got ${JSON.stringify(value)?.slice(0, 200)}`,
  );
}

/** Lists come bare or under their name. */
function list(value: unknown, name: string): unknown[] {
  const found = Array.isArray(value) ? value : field(value, name);
  if (Array.isArray(found)) return found;
  throw new TypeError(
    `expected a list "${name}" in the target's answer, got ${JSON.stringify(value)?.slice(0, 200)}`,
  );
}
