/** Whether the device has a network, as a browser's `online` and `offline` events tell a page. */
export interface Connectivity {
  readonly online: boolean;
  set(online: boolean): void;
  /** Resolves at once when online, else with the next `online`. */
  whenOnline(): Promise<void>;
  /** Calls back at each `online`; returns how to stop that. */
  onOnline(callback: () => void): () => void;
}

export function createConnectivity(): Connectivity {
  let online = true;
  const callbacks = new Set<() => void>();
  const onOnline = (callback: () => void) => {
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  };
  return {
    get online() {
      return online;
    },
    set(value) {
      const back = value && !online;
      online = value;
      if (back) for (const callback of [...callbacks]) callback();
    },
    whenOnline() {
      if (online) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const forget = onOnline(() => {
        forget();
        resolve();
      });
      return promise;
    },
    onOnline,
  };
}
