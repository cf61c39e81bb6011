/**
 * A browser opens six HTTP/1.1 connections to one host, for all tabs together. Six streams would leave none for
 * anything else, not even for asking whether an answer is finished: the seventh tab would hang. So streams take one
 * of four slots, which the tabs share through locks; who gets none asks now and then instead.
 */
export interface Slots {
  /** A slot, if one is free: to be given back by calling it. */
  take(): Promise<(() => void) | null>;
}

const STREAMS = 4;

/** What is used of `navigator.locks`; it is not there on insecure origins. */
export interface Locks {
  request(
    name: string,
    options: { ifAvailable: true },
    callback: (lock: object | null) => Promise<void> | undefined,
  ): Promise<unknown>;
}

export function createSlots(locks: Locks | undefined): Slots {
  const taken = new Set<number>();
  return {
    async take() {
      for (let slot = 0; slot < STREAMS; slot++) {
        if (taken.has(slot)) continue;
        taken.add(slot);
        const free = await lock(locks, slot);
        if (free)
          return () => {
            taken.delete(slot);
            free();
          };
        taken.delete(slot);
      }
      return null;
    },
  };
}

function lock(locks: Locks | undefined, slot: number): Promise<(() => void) | null> {
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    const given = (lock: object | null) => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      const { promise, resolve: free } = Promise.withResolvers<void>();
      resolve(free);
      return promise;
    };
    locks.request(`chat-stream-${slot}`, { ifAvailable: true }, given).catch(() => resolve(() => {}));
  });
}
