/** The server as a whole: what it is made of, and how it starts and stops. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { AtEnd } from './at-end.ts';
import type { Config } from './config.ts';
import { StartError } from './errors.ts';
import { Generation } from './generation/generation.ts';
import { Running } from './generation/running.ts';
import { tend } from './generation/tend.ts';
import { discardEnded, hearRest } from './hear.ts';
import { Counters, Metrics } from './metrics.ts';
import { PARTS, type Parts } from './parts.ts';
import { openBeginnings } from './store/beginning.ts';
import { checkSchema, connect } from './store/database.ts';
import { letGo, type Orphan } from './store/generations.ts';
import { openSessions } from './store/sessions.ts';
import { Signals } from './store/signals.ts';
import { SAVES_BESIDE } from './store/writer.ts';

/** ms that readers have to take the end of their streams, once everything has ended. */
const LAST_WORDS = 1_000;

/** ms that a statement for many rows waits for one that somebody holds, before that one is written by itself. */
const LOCK_TIMEOUT = 200;

/** Statements for many rows that may be under way: saves, and one each of ends and beginnings. */
const COMBINED_AT_ONCE = SAVES_BESIDE + 2;

/** Connections that may wait to be accepted, when many come at once. */
const BACKLOG = 8_192;

export interface Server {
  url: string;
  app: Express;
  /** Takes no more questions, lets what runs finish within the grace, ends the rest in `error`, and closes. */
  close(): Promise<void>;
}

/** @throws StartError where the surroundings are not as they must be */
export async function startServer(config: Config, log: Logger, parts: Parts = PARTS): Promise<Server> {
  const db = connect(config, log);
  try {
    await checkSchema(db, config);
    const messages = parts.messages(db, config.persistence);
    const running = new Running(
      config.orphans === 'continue'
        ? async (generation) => letGo(db, { id: generation.id, epoch: await generation.leave() })
        : undefined,
    );
    const atEnd = new AtEnd(db, messages, config, log, parts.chat);
    const combining = connect({ ...config, databaseConnections: COMBINED_AT_ONCE }, log, LOCK_TIMEOUT);
    const writer = parts.writer(combining, db, config);
    const beginnings = openBeginnings(combining, db, parts.store.begin);
    const counters = new Counters();
    const metrics = new Metrics({ counters, running, writer, db });
    const signals = new Signals(db, config.databaseUrl, log, (word, id) => {
      if (word === 'follow') running.get(id)?.followed();
      // What cannot be found out now is abandoned, and says so in the log.
      if (word === 'taken')
        running
          .get(id)
          ?.concede()
          .catch(() => {});
    });
    const instance = randomUUID();
    const closing = new AbortController();
    const closed = new AbortController();
    const hearing = { parts, config, db, messages, log };
    const orphans = {
      closing: closing.signal,
      ended: (ids: string[]) => discardEnded(hearing, ids),
      goOn(orphan: Orphan) {
        const around = { writer, counters, signals, config, log, read: messages.byId };
        const generation = new Generation(orphan.id, around, orphan);
        running.announce(generation);
        running.start(generation, hearRest(hearing, orphan));
      },
    };
    const app = createApp({
      parts,
      config,
      log,
      db,
      sessions: openSessions(db),
      messages,
      beginnings,
      writer,
      running,
      counters,
      metrics,
      signals,
      atEnd,
      instance,
      closing: closing.signal,
    });
    const server = await listen(app, config);
    // Connections of their own: a heartbeat that waits behind a thousand saves would come too late.
    const tending = connect({ ...config, databaseConnections: 2, databaseTimeout: config.lease }, log);
    if (config.persistence !== 'at-end') {
      await signals.listen();
      tend(
        { db: tending, store: parts.store, running, signals, owner: instance, config, log, ...orphans },
        closed.signal,
      );
    }

    const close = async () => {
      closing.abort();
      const gone = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const grace = delay(config.shutdownGrace, undefined, { ref: false });
      await Promise.all([running.shutDown(config.shutdownGrace), Promise.race([atEnd.idle(), grace])]);
      await Promise.race([gone, delay(LAST_WORDS, undefined, { ref: false })]);
      server.closeAllConnections();
      await atEnd.idle();
      closed.abort();
      metrics.stop();
      await gone;
      await signals.stop();
      await Promise.all([db.end(), combining.end(), tending.end()]);
    };
    const { port } = server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return { url: `http://${host}:${port}`, app, close };
  } catch (error) {
    await db.end();
    throw error;
  }
}

async function listen(app: Express, { host, port }: Config): Promise<http.Server> {
  const server = http.createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new StartError(`Cannot listen on ${host}:${port}: ${error.message}. Choose another HOST or PORT.`),
      ),
    );
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  return server;
}
