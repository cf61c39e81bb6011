/** What has to be done again and again: renewing the leases of what runs here, and ending what nobody runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Store } from '../parts.ts';
import type { Database } from '../store/database.ts';
import { clearPieces, endTaken, type Held, type Orphan } from '../store/generations.ts';
import type { Signals } from '../store/signals.ts';
import type { Running } from './running.ts';
import { Watch } from './watch.ts';

export interface Tended {
  db: Database;
  store: Pick<Store, 'renewLeases' | 'heldBy' | 'sweepOrphans' | 'takeOrphans'>;
  running: Running;
  signals: Pick<Signals, 'tell'>;
  /** Names this process in its leases. */
  owner: string;
  config: Pick<Config, 'lease' | 'sweep' | 'orphans'>;
  /** Aborted when the server shuts down: what it leaves then is for others. */
  closing: AbortSignal;
  /** Is told what has been ended. */
  ended(ids: string[]): void;
  /** Goes on with what another left. */
  goOn(orphan: Orphan): void;
  log: Logger;
}

/** Begins both; the first look comes at once. Stops when `stop` is aborted. */
export function tend(tended: Tended, stop: AbortSignal): void {
  const { config, log } = tended;
  const failed = (what: string) => (error: unknown) => log.warn({ err: error }, `${what} failed`);
  void repeat(config.lease / 6, stop, () => beat(tended).catch(failed('heartbeat')));
  const watch = new Watch(config.lease, config.sweep);
  void repeat(config.sweep, stop, () => sweep(tended, watch).catch(failed('sweep')));
  clearPieces(tended.db).catch(failed('clearing late pieces'));
}

/** Saves renew leases, too: only those are renewed here of which nothing was saved for a while. */
async function beat({ db, store, running, owner, config }: Tended): Promise<void> {
  const ids = running.quietFor(config.lease / 2);
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

async function sweep(tended: Tended, watch: Watch): Promise<void> {
  const { db, store, running, signals, owner, config, log } = tended;
  if (tended.closing.aborted) return;
  const asked = performance.now();
  const held = await store.heldBy(db, running.ids);
  const silent = watch.look(held, asked, performance.now());
  const by = { owner, lease: config.lease };
  const ended =
    config.orphans === 'error'
      ? await store.sweepOrphans(db, by, silent)
      : await endTaken(db, await takeUp(tended, silent), 'error', 'ORPHANED');
  for (const id of ended) {
    log.warn({ generation: id }, 'orphaned generation ended');
    signals.tell('taken', id);
  }
  if (ended.length > 0) tended.ended(ended);
}

/** @returns those that nobody can go on with: the LLM had given them no name yet */
async function takeUp(
  { db, store, owner, config, log, goOn }: Tended,
  silent: readonly Held[],
): Promise<Orphan[]> {
  const orphans = await store.takeOrphans(db, { owner, lease: config.lease }, silent);
  for (const orphan of orphans) {
    if (orphan.response === null) continue;
    log.warn({ generation: orphan.id }, 'orphaned generation taken up');
    goOn(orphan);
  }
  return orphans.filter(({ response }) => response === null);
}

async function repeat(pause: number, stop: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    await work();
    await delay(pause, undefined, { signal: stop, ref: false }).catch(() => {});
  }
}
