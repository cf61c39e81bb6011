/** When the harness itself stood still, in flat memory: what it saw late then is not held against the target. */
import type { Instant } from './moment.ts';
import { Starvation } from './starvation.ts';

interface Span {
  from: number;
  to: number;
}

/** More are taken together where they lie closest: in doubt for the target. */
const CAP = 2_048;

export class Stalls {
  /** When it and the target did not stand still, and yet had no processor for a part of the time. */
  readonly starvation = new Starvation();
  /** Apart from each other and by time, unless `isDirty`. */
  private spans: Span[] = [];
  private isDirty = false;

  /** The harness stood still from `from` to `to` (ms). */
  add(from: number, to: number): void {
    this.spans.push({ from, to });
    this.isDirty = true;
    if (this.spans.length > CAP) this.thin();
  }

  merge(other: Stalls): void {
    this.starvation.merge(other.starvation);
    for (const { from, to } of other.spans) this.add(from, to);
  }

  /** `ms` after `from`, not counting the time in between in which the harness stood still. */
  after(from: Instant, ms: number): Instant {
    let end = from.t + ms;
    for (const span of this.inOrder()) {
      const begin = Math.max(span.from, from.t - from.err);
      if (begin > end + from.err) break;
      end += Math.max(0, span.to - begin);
    }
    return { t: end, err: from.err };
  }

  /** Spans that are kept. */
  get size(): number {
    return this.spans.length;
  }

  private inOrder(): readonly Span[] {
    if (this.isDirty) this.join(() => false);
    return this.spans;
  }

  private thin(): void {
    const spans = this.inOrder();
    if (spans.length <= CAP) return;
    const gaps = spans.slice(1).map((span, i) => ({ span, gap: span.from - spans[i]!.to }));
    const closest = gaps.sort((a, b) => a.gap - b.gap).slice(0, CAP / 2);
    const narrow = new Set(closest.map(({ span }) => span));
    this.join((span) => narrow.has(span));
  }

  /** Makes one of those that touch, and of each that `isNear` and the one before it. */
  private join(isNear: (span: Span) => boolean): void {
    const joined: Span[] = [];
    for (const span of this.spans.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && (span.from <= last.to || isNear(span))) last.to = Math.max(last.to, span.to);
      else joined.push(span);
    }
    this.spans = joined;
    this.isDirty = false;
  }
}
