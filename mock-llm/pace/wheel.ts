/**
 * One timer for all streams: a ring of slots of 1 ms, in which each sleeper lies where it is due. A timer of its
 * own for every chunk of every stream costs more than writing the chunk does.
 */
import { now } from '../clock.ts';

/** Sleepers that are due later than one turn of the ring stay in their slot until their turn has come. */
const SLOTS = 1024;

interface Sleeper {
  /** ms, on the clock of clock.ts, rounded up. */
  due: number;
  wake: () => void;
}

export class Wheel {
  readonly #slots: Set<Sleeper>[] = Array.from({ length: SLOTS }, () => new Set());
  #asleep = 0;
  /** Everything due up to and including this ms was woken. */
  #turned = Math.floor(now());
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #turning = false;

  /** Calls `wake` once, not before `due` (monotonic ms). Returns what keeps it from it. */
  at(due: number, wake: () => void): () => void {
    if (this.#asleep === 0 && !this.#turning) this.#turned = Math.floor(now());
    const sleeper = { due: Math.max(Math.ceil(due), this.#turned + 1), wake };
    const slot = this.#slots[sleeper.due % SLOTS]!;
    slot.add(sleeper);
    this.#asleep++;
    if (!this.#turning && sleeper.due < this.#armedFor) this.#arm(sleeper.due);
    return () => {
      if (!slot.delete(sleeper)) return;
      this.#asleep--;
      if (this.#asleep === 0) this.#disarm();
    };
  }

  #arm(due: number): void {
    clearTimeout(this.#timer);
    this.#armedFor = due;
    this.#timer = setTimeout(this.#turn, Math.max(1, Math.ceil(due - now())));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #turn = (): void => {
    const until = Math.floor(now());
    this.#turning = true;
    // Late by more than a whole turn, each slot still needs one visit only.
    const from = Math.max(this.#turned + 1, until - SLOTS + 1);
    this.#turned = until;
    for (let ms = from; ms <= until; ms++) this.#wakeSlot(this.#slots[ms % SLOTS]!, until);
    this.#turning = false;
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (this.#asleep > 0) this.#arm(this.#nextDue());
  };

  #wakeSlot(slot: Set<Sleeper>, until: number): void {
    for (const sleeper of slot) {
      if (sleeper.due > until) continue;
      slot.delete(sleeper);
      this.#asleep--;
      sleeper.wake();
    }
  }

  /** The next slot with anybody in it; they may be due only in a later turn, and then are asked again. */
  #nextDue(): number {
    let ms = this.#turned + 1;
    while (this.#slots[ms % SLOTS]!.size === 0) ms++;
    return ms;
  }
}
