/**
 * When a count reached which value, in flat memory: every step up to a cap, then every second, every fourth, …
 *
 * What is kept did happen exactly then, so "had at least v at time t" can only be answered too low by thinning,
 * and "reached v" is a span that grows wider. Neither can make an accusation.
 */
const CAP = 512;
/** Room at the beginning; it grows by half. */
const FEWEST = 32;
const LARGEST = 2 ** 32 - 1;
/** By how much times get coarser when a series has become too long for them: after 71 minutes, to 16 µs. */
const COARSER = 16;

/** The count reached the value after `after` and no later than `by` (ms; infinite where unknown or never). */
export interface Reached {
  after: number;
  by: number;
}

export class Series {
  /** When each kept step was, in units of `unit` ms after the first: rounded up, so that nothing was there earlier. */
  private offsets = new Uint32Array(FEWEST);
  private unit = 0.001;
  private kept = 0;
  /** Null as long as every step was one more than the one before: then they need not be kept. */
  private values: Uint32Array | null = null;
  private firstValue = 0;
  private stride = 1;
  private skipped = 0;
  /** Exact whatever was thinned out. */
  lastTime = Number.NEGATIVE_INFINITY;
  lastValue = 0;
  firstTime = Number.POSITIVE_INFINITY;

  /** @param value a whole number from 0 */
  push(time: number, value: number): void {
    if (this.lastTime === Number.NEGATIVE_INFINITY) {
      this.firstTime = time;
      this.firstValue = value;
    } else if (value !== this.lastValue + 1) this.values ??= this.impliedValues();
    this.lastTime = time;
    this.lastValue = value;
    if (++this.skipped < this.stride) return;
    this.skipped = 0;
    this.keep(time, value);
    if (this.kept === CAP) this.thin();
  }

  private keep(time: number, value: number): void {
    const { kept } = this;
    if (kept === this.offsets.length) {
      const room = Math.min(CAP, kept * 1.5);
      this.offsets = roomier(this.offsets, room);
      this.values &&= roomier(this.values, room);
    }
    while ((time - this.firstTime) / this.unit > LARGEST) this.coarsen();
    // Clocks of two processes may differ a little; what was told before the first was no later than it.
    this.offsets[kept] = Math.max(0, Math.ceil((time - this.firstTime) / this.unit));
    if (this.values) this.values[kept] = value;
    this.kept = kept + 1;
  }

  private coarsen(): void {
    for (let j = 0; j < this.kept; j++) this.offsets[j] = Math.ceil(this.offsets[j]! / COARSER);
    this.unit *= COARSER;
  }

  private thin(): void {
    for (let from = 0, to = 0; from < CAP; from += 2, to++) {
      this.offsets[to] = this.offsets[from]!;
      if (this.values) this.values[to] = this.values[from]!;
    }
    this.kept = CAP / 2;
    // The last that was kept is let go: so many steps ago was the one before it.
    this.skipped = this.stride;
    this.stride *= 2;
  }

  private impliedValues(): Uint32Array {
    return Uint32Array.from(this.offsets, (_, j) => this.firstValue + j * this.stride);
  }

  private timeAt(j: number): number {
    return this.firstTime + this.offsets[j]! * this.unit;
  }

  private valueAt(j: number): number {
    return this.values ? this.values[j]! : this.firstValue + j * this.stride;
  }

  /** The largest value that is known to have been reached at `time` or before, and after `since`; 0 where none is. */
  atLeastAt(time: number, since = Number.NEGATIVE_INFINITY): number {
    let most = this.lastTime <= time && this.lastTime > since ? this.lastValue : 0;
    for (let j = 0; j < this.kept && this.timeAt(j) <= time; j++)
      if (this.timeAt(j) > since) most = Math.max(most, this.valueAt(j));
    return most;
  }

  /** When `value` was first reached. Exact (`after` is the step before) until something was thinned out. */
  reached(value: number): Reached {
    let after = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < this.kept; j++) {
      if (this.valueAt(j) >= value) return { after, by: this.timeAt(j) };
      after = this.timeAt(j);
    }
    if (this.lastValue >= value) return { after, by: this.lastTime };
    return { after: Number.POSITIVE_INFINITY, by: Number.POSITIVE_INFINITY };
  }

  /** Whether nothing was thinned out yet. */
  get exact(): boolean {
    return this.stride === 1;
  }

  /** Whether a step is known to have happened strictly within the span (ms). */
  stepsWithin(from: number, to: number): boolean {
    if (this.lastTime > from && this.lastTime < to) return true;
    for (const [time] of this.steps()) if (time > from && time < to) return true;
    return false;
  }

  /** The steps that are kept. */
  *steps(): Generator<readonly [time: number, value: number]> {
    for (let j = 0; j < this.kept; j++) yield [this.timeAt(j), this.valueAt(j)];
  }
}

function roomier(numbers: Uint32Array, room: number) {
  const larger = new Uint32Array(room);
  larger.set(numbers);
  return larger;
}
