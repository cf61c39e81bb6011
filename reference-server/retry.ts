import { setTimeout as delay } from 'node:timers/promises';

/** ms */
export const FIRST_PAUSE = 50;
export const LONGEST_PAUSE = 1_000;

/**
 * Repeats `work` while it fails in a way that may pass, with growing pauses.
 *
 * @param bound ms from the call on after which no repetition begins
 * @throws the last failure
 */
export async function retry<T>(
  work: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
  bound: number,
): Promise<T> {
  const giveUpAt = performance.now() + bound;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || performance.now() + pause > giveUpAt) throw error;
    }
    await delay(pause);
  }
}
