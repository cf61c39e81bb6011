/** Looks at the database for many visits at once: one snapshot for all that ask within a moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../history/index.ts';
import type { PersistedAnswer, Probe, Target } from '../../targets/target.ts';

/** ms that the first who asks waits for others. */
const GATHER = 100;
const TRIES = 3;
const PAUSE = 500;

export interface Snapshot {
  /** It was begun after this, ms. */
  asked: number;
  rows: PersistedAnswer[];
}

export interface Snapshots {
  /** What the database has of these sessions; undefined where it could not be looked into. */
  of(sessions: readonly string[]): Promise<Snapshot | undefined>;
  close(): Promise<void>;
}

/** @returns undefined where the target has no probe */
export function openSnapshots(target: Target, databaseUrl: string): Snapshots | undefined {
  if (!target.probe) return undefined;
  const open = () => target.probe!(databaseUrl);
  let probe: Promise<Probe> | undefined;
  let gathering: { sessions: string[]; taken: Promise<Snapshot | undefined> } | undefined;

  async function take(sessions: string[]): Promise<Snapshot | undefined> {
    for (let tries = 1; tries <= TRIES; tries++) {
      try {
        probe ??= open();
        const looking = await probe;
        const asked = now();
        return { asked, rows: await looking.snapshot(sessions) };
      } catch {
        const broken = probe;
        probe = undefined;
        await broken?.then((it) => it.close()).catch(() => {});
        await sleep(PAUSE);
      }
    }
    return undefined;
  }

  return {
    of(sessions) {
      if (!gathering) {
        const batch: string[] = [];
        const taken = sleep(GATHER).then(() => {
          gathering = undefined;
          return take(batch);
        });
        gathering = { sessions: batch, taken };
      }
      gathering.sessions.push(...sessions);
      return gathering.taken;
    },
    async close() {
      await (await probe?.catch(() => undefined))?.close();
    },
  };
}
