/**
 * Bounds of waiting that are fair on a busy machine. What is waited for may not have had a processor to do it with;
 * such time is added, up to a limit, so that a wait in vain has an end. No verdict rests on these bounds: they say
 * when to go on without.
 */

/** ms since some moment for which those who are waited for were ready to run and were not run. Only grows. */
export type Starved = () => number;

/** A wait lasts at most so many times its bound. */
export const MOST = 4;

export interface Deadline {
  /** It has begun anew. */
  refresh(): void;
  clear(): void;
}

/** Calls `late` when `ms` are over in which there was something to wait for. */
export function deadline(ms: number, late: () => void, starved: Starved = () => 0): Deadline {
  let before = starved();
  let granted = 0;
  let timer: NodeJS.Timeout;

  function look(): void {
    const now = starved();
    const more = Math.min(now - before, (MOST - 1) * ms - granted);
    before = now;
    granted += more;
    if (more >= 1) timer = setTimeout(look, more);
    else late();
  }

  timer = setTimeout(look, ms);
  return {
    refresh() {
      // What was starved up to now is no excuse for what comes after.
      before = starved();
      if (granted === 0) {
        timer.refresh();
        return;
      }
      granted = 0;
      clearTimeout(timer);
      timer = setTimeout(look, ms);
    },
    clear: () => clearTimeout(timer),
  };
}
