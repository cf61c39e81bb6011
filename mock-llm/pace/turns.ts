/**
 * Unpaced streams take turns, each a few steps at a time, and after so many ms of that whoever is paced, asks or goes
 * away is heard in between: a hundred answers at full speed must not make others late.
 */
import { now } from '../clock.ts';

const SPAN_MS = 4;

export class Turns {
  #waiting: (() => void)[] = [];
  #scheduled = false;

  /** Calls `go` when its turn has come: after all that wait already. */
  take(go: () => void): void {
    this.#waiting.push(go);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }

  #run = (): void => {
    const until = now() + SPAN_MS;
    const round = this.#waiting;
    this.#waiting = [];
    let taken = 0;
    while (taken < round.length && now() < until) round[taken++]!();
    this.#waiting = [...round.slice(taken), ...this.#waiting];
    this.#scheduled = this.#waiting.length > 0;
    if (this.#scheduled) setImmediate(this.#run);
  };
}
