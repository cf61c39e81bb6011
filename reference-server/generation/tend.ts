/** What has to be done again and again: renewing the leases of what runs here, and ending what nobody runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../store/database.ts';
import { clearPieces, type Holder, renewLeases, sweepOrphans } from '../store/generations.ts';
import type { Running } from './running.ts';

export async function beat(db: Database, running: Running, owner: string, lease: number): Promise<void> {
  const ids = running.begun;
  if (ids.length === 0) return;
  for (const id of await renewLeases(db, owner, ids, lease)) {
    // What cannot be found out now is abandoned, and says so in the log.
    running
      .get(id)
      ?.concede()
      .catch(() => {});
  }
}

export async function sweep(db: Database, running: Running, by: Holder, log: Logger): Promise<void> {
  for (const id of await sweepOrphans(db, by, running.ids))
    log.warn({ generation: id }, 'orphaned generation ended');
}

/** Begins both; the first sweep comes at once. Stops when `stop` is aborted. */
export function tend(
  db: Database,
  running: Running,
  owner: string,
  config: Pick<Config, 'lease' | 'sweep'>,
  log: Logger,
  stop: AbortSignal,
): void {
  const failed = (what: string) => (error: unknown) => log.warn({ err: error }, `${what} failed`);
  void repeat(config.lease / 3, stop, () =>
    beat(db, running, owner, config.lease).catch(failed('heartbeat')),
  );
  const by = { owner, lease: config.lease };
  void repeat(config.sweep, stop, () => sweep(db, running, by, log).catch(failed('sweep')));
  clearPieces(db).catch(failed('clearing late pieces'));
}

async function repeat(pause: number, stop: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    await work();
    await delay(pause, undefined, { signal: stop, ref: false }).catch(() => {});
  }
}
