/**
 * When a count reached which value, in flat memory: every step up to a cap, then every second, every fourth, …
 *
 * What is kept did happen exactly then, so "had at least v at time t" can only be answered too low by thinning,
 * and "reached v" is a span that grows wider. Neither can make an accusation.
 */
const CAP = 512;

/** The count reached the value after `after` and no later than `by` (ms; infinite where unknown or never). */
export interface Reached {
  after: number;
  by: number;
}

export class Series {
  private times: number[] = [];
  private values: number[] = [];
  private stride = 1;
  private skipped = 0;
  /** Exact whatever was thinned out. */
  lastTime = Number.NEGATIVE_INFINITY;
  lastValue = 0;
  firstTime = Number.POSITIVE_INFINITY;

  push(time: number, value: number): void {
    if (this.lastTime === Number.NEGATIVE_INFINITY) this.firstTime = time;
    this.lastTime = time;
    this.lastValue = value;
    if (++this.skipped < this.stride) return;
    this.skipped = 0;
    this.times.push(time);
    this.values.push(value);
    if (this.times.length === CAP) this.thin();
  }

  private thin(): void {
    for (let from = 0, to = 0; from < CAP; from += 2, to++) {
      this.times[to] = this.times[from]!;
      this.values[to] = this.values[from]!;
    }
    this.times.length = CAP / 2;
    this.values.length = CAP / 2;
    this.stride *= 2;
  }

  /** The largest value that is known to have been reached at `time` or before; 0 where none is. */
  atLeastAt(time: number): number {
    let most = this.lastTime <= time ? this.lastValue : 0;
    for (let j = 0; j < this.times.length && this.times[j]! <= time; j++)
      most = Math.max(most, this.values[j]!);
    return most;
  }

  /** When `value` was first reached. Exact (`after` is the step before) until something was thinned out. */
  reached(value: number): Reached {
    let after = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < this.times.length; j++) {
      if (this.values[j]! >= value) return { after, by: this.times[j]! };
      after = this.times[j]!;
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
    return this.times.some((time) => time > from && time < to);
  }

  /** The steps that are kept. */
  *steps(): Generator<readonly [time: number, value: number]> {
    for (let j = 0; j < this.times.length; j++) yield [this.times[j]!, this.values[j]!];
  }
}
