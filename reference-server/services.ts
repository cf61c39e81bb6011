import type { Logger } from 'pino';
import type { AtEnd } from './at-end.ts';
import type { Config } from './config.ts';
import type { Running } from './generation/running.ts';
import type { Counters, Metrics } from './metrics.ts';
import type { Parts } from './parts.ts';
import type { Beginnings } from './store/beginning.ts';
import type { Database } from './store/database.ts';
import type { Messages } from './store/messages.ts';
import type { Sessions } from './store/sessions.ts';
import type { Signals } from './store/signals.ts';
import type { Writer } from './store/writer.ts';

/** What the routes work with. */
export interface Services {
  parts: Parts;
  config: Config;
  log: Logger;
  db: Database;
  sessions: Sessions;
  messages: Messages;
  beginnings: Beginnings;
  writer: Writer;
  running: Running;
  counters: Counters;
  metrics: Metrics;
  signals: Signals;
  atEnd: AtEnd;
  /** Names this process in its leases. */
  instance: string;
  /** Aborted when the server shuts down. */
  closing: AbortSignal;
}
