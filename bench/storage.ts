/**
 * What it costs to save an answer while it streams: WAL over payload and time per save, of each way to persist and
 * each interval, beside each other in one run; and how many generations statements hold that write many checkpoints
 * each, beside one statement per checkpoint. On a PostgreSQL of its own with fsync and synchronous commit on.
 *
 * Writes docs/figures/storage.json and .svg; docs/storage.md tells what they mean.
 *
 *     node bench/main.ts storage
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createSource } from '../harness/history/recorder.ts';
import { describeEnvironment } from '../harness/runs/environment.ts';
import { startGuardian } from '../harness/stack/guardian.ts';
import { choosePostgres } from '../harness/stack/postgres/choose.ts';
import { createDatabase } from '../harness/stack/postgres/databases.ts';
import { oracle } from '../mock-llm/oracle.ts';
import { migrate } from '../reference-server/migrate.ts';
import { begin } from '../reference-server/store/beginning.ts';
import { FIRST_EPOCH } from '../reference-server/store/generations.ts';
import { openWriter, type Writer } from '../reference-server/store/writer.ts';
import { measureLoss } from './storage-loss.ts';
import { draw } from './storage-page.ts';

const INTERVALS = [1, 2, 5, 10, 20, 50];
/** Two answers of about 36 KB: in chunks of 21 bytes, as the mock LLM sends them by default, and of 14. */
const ANSWERS = {
  long: { chunks: 1_700, mode: 'marked' },
  fine: { chunks: 2_600, mode: 'natural' },
} as const;
const WAYS = ['checkpoint', 'append'] as const;
const ROUNDS = 3;
const SETTINGS = { lease: 60_000, databaseTimeout: 60_000 };

type Way = (typeof WAYS)[number];

export interface Cost {
  way: Way | 'at-end';
  answer: keyof typeof ANSWERS;
  /** Chunks between two saves. */
  every: number;
  /** Bytes of WAL over bytes of the answer, from the question to the end, folding included: median of the rounds. */
  walOverPayload: number;
  spread: [number, number];
  /** ms of one save on its own; null where there is none. */
  saveMedian: number | null;
  saveP99: number | null;
}

interface Measured {
  wal: number;
  payload: number;
  saves: number[];
}

export async function run(): Promise<void> {
  const guardian = await startGuardian();
  const logFile = join(tmpdir(), `holdfast-bench-${process.pid}.log`);
  const recorder = createSource('bench', () => {});
  const server = await choosePostgres('auto').start({ guardian, recorder, logFile });
  try {
    const database = await createDatabase(server.adminUrl, guardian);
    await migrate(database.url, 'up');
    const db = new pg.Pool({ connectionString: database.url, max: 10 });
    db.on('error', () => {});
    const { rows: settings } = await db.query(
      `SELECT name, setting FROM pg_settings WHERE name = ANY($1) ORDER BY name`,
      [
        [
          'fsync',
          'synchronous_commit',
          'full_page_writes',
          'wal_level',
          'wal_compression',
          'wal_sync_method',
        ],
      ],
    );
    const costs = await measureCosts(db);
    const held = await measureCombining(db);
    const losses = await measureLoss(db, database.url, INTERVALS);
    const figures = {
      environment: describeEnvironment(server.version, 'reference'),
      postgres: Object.fromEntries(settings.map(({ name, setting }) => [name, setting])),
      rounds: ROUNDS,
      costs,
      held,
      losses,
    };
    await mkdir('docs/figures', { recursive: true });
    await writeFile('docs/figures/storage.json', `${JSON.stringify(figures, null, 2)}\n`);
    await writeFile('docs/figures/storage.svg', draw(costs, losses));
    await db.end();
  } finally {
    await server.stop();
    await guardian.close();
    await rm(logFile, { force: true });
  }
}

async function measureCosts(db: pg.Pool): Promise<Cost[]> {
  const session = await newSession(db);
  const rounds = new Map<string, Measured[]>();
  for (let round = -1; round < ROUNDS; round++) {
    for (const answer of ['long', 'fine'] as const) {
      for (const every of INTERVALS) {
        // The first round warms up.
        if (round < 0 && every < 10) continue;
        for (const way of WAYS) {
          const measured = await stream(db, session, way, answerOf(answer), every);
          if (round >= 0) push(rounds, `${way}/${answer}/${every}`, measured);
        }
      }
      const measured = await atEnd(db, session, answerOf(answer));
      if (round >= 0) push(rounds, `at-end/${answer}/0`, measured);
    }
  }
  return [...rounds].map(([name, all]) => {
    const [way, answer, every] = name.split('/') as [Way, keyof typeof ANSWERS, string];
    const ratios = all.map(({ wal, payload }) => wal / payload).sort((a, b) => a - b);
    const saves = all.flatMap((each) => each.saves).sort((a, b) => a - b);
    const cost: Cost = {
      way,
      answer,
      every: Number(every),
      walOverPayload: round(at(ratios, 0.5)),
      spread: [round(ratios[0]!), round(ratios.at(-1)!)],
      saveMedian: saves.length > 0 ? round(at(saves, 0.5)) : null,
      saveP99: saves.length > 0 ? round(at(saves, 0.99)) : null,
    };
    console.log(
      `${way.padEnd(10)} ${answer.padEnd(5)} every ${every!.padStart(2)}  WAL ${cost.walOverPayload.toFixed(1)}x` +
        (cost.saveMedian === null ? '' : `  save ${cost.saveMedian} ms, p99 ${cost.saveP99} ms`),
    );
    return cost;
  });
}

/**
 * One answer as fast as it can be saved, on a database that has been written to before: PostgreSQL's full-page images
 * come when they come, as they do in service.
 * No heartbeat falls into it, as none does where saves come often enough.
 */
async function stream(
  db: pg.Pool,
  session: string,
  persistence: Way,
  texts: string[],
  every: number,
): Promise<Measured> {
  const writer = openWriter(db, db, { ...SETTINGS, persistence });
  const from = await walPosition(db);
  const id = await ask(db, session);
  const saves: number[] = [];
  for (let count = every; count < texts.length; count += every) {
    const text = texts.slice(writer.appends ? count - every : 0, count).join('');
    const began = performance.now();
    if (!(await writer.save({ id, epoch: FIRST_EPOCH, chunks: count, text })))
      throw new Error('a save was refused');
    saves.push(performance.now() - began);
  }
  await finish(writer, id, texts);
  return { wal: (await walPosition(db)) - from, payload: Buffer.byteLength(texts.join('')), saves };
}

async function atEnd(db: pg.Pool, session: string, texts: string[]): Promise<Measured> {
  const text = texts.join('');
  const from = await walPosition(db);
  await db.query(`INSERT INTO ai_chat_messages (session_id, role, content) VALUES ($1, 'user', 'q')`, [
    session,
  ]);
  await db.query(`INSERT INTO ai_chat_messages (session_id, role, content) VALUES ($1, 'assistant', $2)`, [
    session,
    text,
  ]);
  return { wal: (await walPosition(db)) - from, payload: Buffer.byteLength(text), saves: [] };
}

export interface Held {
  way: Way;
  /** Of each way of writing them: medians of the rounds. */
  combined: Saved;
  oneByOne: Saved;
  /** Checkpoints, and so generations, that combined statements carry for each that single ones do: of each round. */
  times: { median: number; least: number; most: number };
}

export interface Saved {
  /** Checkpoints that were saved for good, all generations together. */
  checkpointsPerSecond: number;
  /** Generations of 4 chunks/s, a checkpoint every 5 chunks, that this carries. */
  generations: number;
  walPerCheckpoint: number;
}

/** So many generations at once; each begins its next checkpoint when the one before has landed. */
const AT_ONCE = 400;
const FOR = 3_000;
const CHUNKS = 300;
const EVERY = 5;
const CHUNKS_PER_SECOND = 4;

export async function measureCombining(db: pg.Pool): Promise<Held[]> {
  const session = await newSession(db);
  const rounds = new Map<string, Measure[]>();
  for (let round = -1; round < ROUNDS; round++) {
    for (const way of WAYS) {
      // By turns which is first, for what one leaves behind in the database the next has to bear.
      const turns =
        round % 2 === 0 ? (['oneByOne', 'combined'] as const) : (['combined', 'oneByOne'] as const);
      for (const how of turns) {
        const measured = await saturate(db, session, way, how);
        if (round >= 0) push(rounds, `${way}/${how}`, measured);
      }
    }
  }
  return WAYS.map((way) => {
    const [combined, oneByOne] = [rounds.get(`${way}/combined`)!, rounds.get(`${way}/oneByOne`)!];
    const times = combined
      .map(({ perSecond }, n) => round(perSecond / oneByOne[n]!.perSecond))
      .sort((a, b) => a - b);
    const held: Held = {
      way,
      combined: savedOf(combined),
      oneByOne: savedOf(oneByOne),
      times: { median: at(times, 0.5), least: times[0]!, most: times.at(-1)! },
    };
    for (const how of ['combined', 'oneByOne'] as const)
      console.log(
        `${way.padEnd(10)} ${how.padEnd(8)} ${held[how].checkpointsPerSecond} checkpoints/s,` +
          ` ${held[how].generations} generations held, ${held[how].walPerCheckpoint} bytes of WAL each`,
      );
    console.log(`${way.padEnd(10)} combined holds ${held.times.median} times as many (${times.join(', ')})`);
    return held;
  });
}

interface Measure {
  perSecond: number;
  wal: number;
}

function savedOf(rounds: readonly Measure[]): Saved {
  const median = (of: (measure: Measure) => number) =>
    at(
      rounds.map(of).sort((a, b) => a - b),
      0.5,
    );
  const perSecond = median((measure) => measure.perSecond);
  return {
    checkpointsPerSecond: Math.round(perSecond),
    generations: Math.round(perSecond / (CHUNKS_PER_SECOND / EVERY)),
    walPerCheckpoint: Math.round(median(({ wal }) => wal)),
  };
}

/**
 * As many checkpoints as can be saved. The generations are at all places of their answers from the first moment on, and
 * each that ends begins again: so both ways of writing rewrite answers of the same lengths, however far they get.
 */
async function saturate(
  db: pg.Pool,
  session: string,
  persistence: Way,
  how: 'combined' | 'oneByOne',
): Promise<Measure> {
  const shared = openWriter(db, db, { ...SETTINGS, persistence });
  const ids = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(db, session)));
  const texts = answerOf('long').slice(0, CHUNKS);
  const from = await walPosition(db);
  const until = performance.now() + FOR;
  let landed = 0;
  const written = delay(FOR).then(() => walPosition(db));
  await Promise.all(
    ids.map(async (first, n) => {
      // A writer of its own gathers nothing: one statement per checkpoint, over the same connections.
      const writer = how === 'combined' ? shared : openWriter(db, db, { ...SETTINGS, persistence });
      let count = EVERY * (1 + (n % (CHUNKS / EVERY - 1)));
      for (let id = first; ; id = await ask(db, session)) {
        for (; count < CHUNKS && performance.now() < until; count += EVERY) {
          const text = texts.slice(writer.appends ? count - EVERY : 0, count).join('');
          if (!(await writer.save({ id, epoch: FIRST_EPOCH, chunks: count, text })))
            throw new Error('a save was refused');
          if (performance.now() < until) landed += 1;
        }
        await finish(writer, id, texts);
        if (performance.now() >= until) return;
        count = EVERY;
      }
    }),
  );
  return { perSecond: landed / (FOR / 1_000), wal: ((await written) - from) / landed };
}

let answers = 0;

/** Another one each time. */
function answerOf(answer: keyof typeof ANSWERS): string[] {
  const { chunks, mode } = ANSWERS[answer];
  const seed = answers++;
  return Array.from({ length: chunks }, (_, i) => oracle(seed, 0, i, mode));
}

async function newSession(db: pg.Pool): Promise<string> {
  const { rows } = await db.query(`INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id`);
  return rows[0].id;
}

async function ask(db: pg.Pool, session: string): Promise<string> {
  const message = randomUUID();
  const asked = { user: 'alice', session, question: 'q', userMessage: randomUUID(), message };
  await begin(db, [{ ...asked, owner: 'bench', lease: SETTINGS.lease, key: undefined }]);
  return message;
}

async function finish(writer: Writer, id: string, texts: string[]): Promise<void> {
  const end = { id, epoch: FIRST_EPOCH, chunks: texts.length, text: texts.join('') };
  if (!(await writer.end({ ...end, status: 'completed', error: undefined })))
    throw new Error('an end was refused');
}

async function walPosition(db: pg.Pool): Promise<number> {
  const { rows } = await db.query(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes`,
  );
  return rows[0].bytes;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function at(sorted: number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))]!;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
