/**
 * One timer for all streams: a ring of slots of 1 ms, in which each alarm lies where it is due. A timer of its own for
 * every chunk of every stream costs more than writing the chunk does.
 */
import { now } from '../clock.ts';

/** Alarms that are due later than one turn of the ring stay in their slot until their turn has come. */
const SLOTS = 1024;

/** One for all the waits of a stream, one after the other: nothing is made for a chunk. */
export class Alarm {
  readonly ring: () => void;
  /** ms, on the clock of clock.ts, rounded up. */
  due = 0;
  set = false;

  constructor(ring: () => void) {
    this.ring = ring;
  }
}

export class Wheel {
  readonly #slots: Alarm[][] = Array.from({ length: SLOTS }, () => []);
  /** Empty; takes the place of the slot whose turn it is. */
  #spare: Alarm[] = [];
  #count = 0;
  /** Everything due up to and including this ms was rung. */
  #turned = Math.floor(now());
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #turning = false;

  /** Rings once, not before `due` (monotonic ms). An alarm that is set already must be off first. */
  set(alarm: Alarm, due: number): void {
    if (this.#count === 0 && !this.#turning) this.#turned = Math.floor(now());
    alarm.due = Math.max(Math.ceil(due), this.#turned + 1);
    alarm.set = true;
    this.#slots[alarm.due % SLOTS]!.push(alarm);
    this.#count++;
    if (!this.#turning && alarm.due < this.#armedFor) this.#arm(alarm.due);
  }

  off(alarm: Alarm): void {
    if (!alarm.set) return;
    alarm.set = false;
    const slot = this.#slots[alarm.due % SLOTS]!;
    const at = slot.indexOf(alarm);
    // One of the slot whose turn it is lies there no more, and is passed over.
    if (at >= 0) slot.splice(at, 1);
    if (--this.#count === 0) this.#disarm();
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
    for (let ms = from; ms <= until; ms++) this.#ringSlot(ms % SLOTS, until);
    this.#turning = false;
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (this.#count > 0) this.#arm(this.#nextDue());
  };

  #ringSlot(index: number, until: number): void {
    const slot = this.#slots[index]!;
    if (slot.length === 0) return;
    this.#slots[index] = this.#spare;
    for (const alarm of slot) {
      if (!alarm.set || alarm.due % SLOTS !== index) continue;
      if (alarm.due > until) {
        this.#slots[index]!.push(alarm);
        continue;
      }
      alarm.set = false;
      this.#count--;
      alarm.ring();
    }
    slot.length = 0;
    this.#spare = slot;
  }

  /** The next slot with anything in it; it may be due only in a later turn, and then is asked again. */
  #nextDue(): number {
    let ms = this.#turned + 1;
    while (this.#slots[ms % SLOTS]!.length === 0) ms++;
    return ms;
  }
}
