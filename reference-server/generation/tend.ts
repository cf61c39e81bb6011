/** What has to be done again and again: renewing the leases of what runs here, and ending what nobody runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Store } from '../parts.ts';
import type { Database } from '../store/database.ts';
import { clearPieces } from '../store/generations.ts';
import type { Signals } from '../store/signals.ts';
import type { Running } from './running.ts';

export interface Tended {
  db: Database;
  store: Pick<Store, 'renewLeases' | 'sweepOrphans'>;
  running: Running;
  signals: Pick<Signals, 'tell'>;
  /** Names this process in its leases. */
  owner: string;
  config: Pick<Config, 'lease' | 'sweep'>;
  log: Logger;
}

/** Begins both; the first sweep comes at once. Stops when `stop` is aborted. */
export function tend(tended: Tended, stop: AbortSignal): void {
  const { config, log } = tended;
  const failed = (what: string) => (error: unknown) => log.warn({ err: error }, `${what} failed`);
  void repeat(config.lease / 6, stop, () => beat(tended).catch(failed('heartbeat')));
  void repeat(config.sweep, stop, () => sweep(tended).catch(failed('sweep')));
  clearPieces(tended.db).catch(failed('clearing late pieces'));
}

/** Saves renew leases, too: only those are renewed here of which nothing was saved for a while. */
async function beat({ db, store, running, owner, config }: Tended): Promise<void> {
  const ids = running.quietFor(config.lease / 4);
  if (ids.length === 0) return;
  const asked = performance.now();
  const lost = await store.renewLeases(db, owner, ids, config.lease);
  for (const id of ids) running.get(id)?.renewed(asked);
  for (const id of lost) {
    // What cannot be found out now is abandoned, and says so in the log.
    running
      .get(id)
      ?.concede()
      .catch(() => {});
  }
}

async function sweep({ db, store, running, signals, owner, config, log }: Tended): Promise<void> {
  for (const id of await store.sweepOrphans(db, { owner, lease: config.lease }, running.ids)) {
    log.warn({ generation: id }, 'orphaned generation ended');
    signals.tell('taken', id);
  }
}

async function repeat(pause: number, stop: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    await work();
    await delay(pause, undefined, { signal: stop, ref: false }).catch(() => {});
  }
}
