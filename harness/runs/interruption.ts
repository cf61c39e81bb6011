/** Ctrl-C and its like. The first asks for an orderly end; the second ends at once, and the guardian cleans up. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal. */
export function untilSignalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
  });
}

/** A signal for whoever must stop in order. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  void untilSignalled().then((signal) => controller.abort(new Error(`interrupted by ${signal}`)));
  return controller.signal;
}
