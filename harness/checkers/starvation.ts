/** For how long the harness and the target had no processor, by time, in flat memory: told tick by tick. */
import type { Instant } from './moment.ts';

interface Span {
  from: number;
  to: number;
  ms: number;
}

/** More are told by spans twice as wide, of which each part counts for all: in doubt for the target. */
const CAP = 4_096;
/** ms. */
const NARROWEST = 250;

export class Starvation {
  private spans = new Map<number, Span>();
  private width = NARROWEST;

  /** Between `from` and `to` they were ready to run and were not run for `ms`, all of them together. */
  add(from: number, to: number, ms: number): void {
    this.put({ from, to, ms });
    while (this.spans.size > CAP) this.widen();
  }

  merge(other: Starvation): void {
    for (const { from, to, ms } of other.spans.values()) this.add(from, to, ms);
  }

  /** The most that it can have been in a span of time, ms. */
  within(from: Instant, to: Instant): number {
    let sum = 0;
    for (const span of this.spans.values())
      if (span.to > from.t - from.err && span.from < to.t + to.err) sum += span.ms;
    return sum;
  }

  /** Spans that are kept. */
  get size(): number {
    return this.spans.size;
  }

  private put({ from, to, ms }: Span): void {
    const place = Math.floor(from / this.width);
    const known = this.spans.get(place) ?? { from, to, ms: 0 };
    this.spans.set(place, {
      from: Math.min(known.from, from),
      to: Math.max(known.to, to),
      ms: known.ms + ms,
    });
  }

  private widen(): void {
    const spans = [...this.spans.values()];
    this.width *= 2;
    this.spans = new Map();
    for (const span of spans) this.put(span);
  }
}
