/** Takes turns with whatever else the page has to do: draw, scroll, react to keys. */

/** ms after which it is the others' turn: half of what lies between two frames. */
const TURN = 8;

/** @returns to be called between pieces of work, and awaited where it gives something to wait for */
export function takingTurns(): () => Promise<void> | undefined {
  let begun = performance.now();
  return () => {
    if (performance.now() - begun < TURN) return undefined;
    return afterOthers().then(() => {
      begun = performance.now();
    });
  };
}

/** By a message, for timers of a hidden page are throttled. */
export function afterOthers(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
