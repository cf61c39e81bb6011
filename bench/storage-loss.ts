/**
 * What a crash costs: real servers are killed while answers stream, each at another chunk, and what readers had seen
 * is compared with what is saved.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { Client } from '../reference-server/testing/client.ts';
import { type StubCall, StubLlm } from '../reference-server/testing/stub-llm.ts';

const MAIN = fileURLToPath(new URL('../reference-server/main.ts', import.meta.url));
/** Answers that stream when a server is killed. */
const ANSWERS = 20;
const KILLS = 3;
/** Chunks of one answer; the server dies when a random one of them has been seen. */
const LENGTH = 200;

export interface Loss {
  way: 'checkpoint' | 'append' | 'at-end';
  /** Chunks between two saves. */
  every: number;
  /** Answers that were cut off. */
  answers: number;
  /** Chunks that a reader had seen and nobody has any more: mean and most. */
  mean: number;
  most: number;
}

export async function measureLoss(
  db: pg.Pool,
  databaseUrl: string,
  intervals: readonly number[],
): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const every of intervals) {
    for (const way of ['checkpoint', 'append'] as const)
      losses.push(await lossOf(db, databaseUrl, way, every));
  }
  losses.push(await lossOf(db, databaseUrl, 'at-end', 0));
  for (const { way, every, answers, mean, most } of losses) {
    console.log(
      `${way.padEnd(10)} every ${String(every).padStart(2)}  ${answers} answers cut off: ${mean} chunks lost, ${most} at most`,
    );
  }
  return losses;
}

async function lossOf(db: pg.Pool, databaseUrl: string, way: Loss['way'], every: number): Promise<Loss> {
  const lost: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) lost.push(...(await crash(db, databaseUrl, way, every)));
  const mean = lost.reduce((sum, n) => sum + n, 0) / lost.length;
  return { way, every, answers: lost.length, mean: Math.round(mean * 10) / 10, most: Math.max(...lost) };
}

/** @returns for each answer that was cut off, how many chunks of it were seen and not saved */
async function crash(db: pg.Pool, databaseUrl: string, way: Loss['way'], every: number): Promise<number[]> {
  const llm = await StubLlm.start();
  const server = spawn(process.execPath, [MAIN], {
    env: {
      DATABASE_URL: databaseUrl,
      LLM_BASE_URL: llm.url,
      LLM_MODEL: 'stub',
      AUTH: 'development',
      LOG_LEVEL: 'silent',
      PERSISTENCE: way,
      ...(every > 0 && { CHECKPOINT_CHUNKS: String(every) }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(server.stdout), 'line');
    const alice = new Client(JSON.parse(line).listening, 'alice-token');
    const session = await alice.session();
    const asked = Array.from({ length: ANSWERS }, () => alice.send(session, 'q'));
    const calls = await Promise.all(asked.map(() => llm.call()));
    // With at-end persistence the first event comes with the call, else before it.
    const streams = await Promise.all(asked);
    await Promise.all(streams.map((stream) => stream.until(({ events }) => events.length > 0)));
    const fatal = 1 + Math.floor(Math.random() * (LENGTH - 1));
    const speaking = calls.map((call) => speak(call));
    await streams[0]!.hasChunks(fatal);
    server.kill('SIGKILL');
    await Promise.all(streams.map((stream) => stream.end()));
    await Promise.all(speaking);
    const { rows } = await db.query(
      'SELECT id, chunk_count AS saved FROM ai_chat_messages_whole WHERE id = ANY($1::uuid[])',
      [streams.map(({ message }) => message)],
    );
    const saved = new Map(rows.map((row) => [row.id, Number(row.saved)]));
    return streams
      .filter(({ done }) => !done)
      .map(({ message, chunks }) =>
        Math.max(0, (chunks.at(-1)?.data.index ?? -1) + 1 - (saved.get(message) ?? 0)),
      );
  } finally {
    server.kill('SIGKILL');
    await llm.close();
  }
}

/** Chunk by chunk, each answer in turns of its own, until the call is gone. */
async function speak(call: StubCall): Promise<void> {
  let over = false;
  void call.closed.then(() => {
    over = true;
  });
  for (let i = 0; i < LENGTH && !over; i++) {
    call.say(`chunk ${i} `);
    for (let turns = Math.floor(Math.random() * 6); turns >= 0; turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
