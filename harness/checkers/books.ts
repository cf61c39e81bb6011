/** The books of a comparison: which expected text is still missing, and what was found to be wrong. */
import { type Anomaly, type Origin, refOf } from './anomaly.ts';
import type { Expected } from './expected.ts';
import type { Position, Range } from './position.ts';

export class Books {
  readonly anomalies: Anomaly[] = [];
  /** The anomaly that the last text belonged to, as long as none in order has followed. */
  open: Anomaly | null = null;
  /** The event that brought the text that is being booked. */
  origin: Origin = { source: '', seq: 0 };
  private gaps: Range[] = [];

  note(anomaly: Omit<Anomaly, 'evidence'>): Anomaly {
    const noted = { ...anomaly, evidence: refOf(this.origin) };
    this.anomalies.push(noted);
    return noted;
  }

  missing(): Range[] {
    return this.gaps.map((gap) => ({ ...gap }));
  }

  isMissing(position: Position): boolean {
    return this.gaps.some((gap) => gap.from <= position && position < gap.to);
  }

  /** Text from `from` to `to` is not there. What was garbled just before stood in its place: one fault, one anomaly. */
  lose(from: Position, to: Position): void {
    if (this.open?.kind === 'garbled' && this.open.to === from) this.open.to = to;
    else this.note({ kind: 'gap', from, to, units: 0 });
    this.gaps.push({ from, to });
  }

  /** Text of one chunk, behind the furthest that was reached: it fills a gap, or is there for a second time. */
  again(from: Position, to: Position, expected: Expected): void {
    let doubled = to - from;
    for (const gap of [...this.gaps]) {
      const [first, last] = [Math.max(from, gap.from), Math.min(to, gap.to)];
      if (first >= last) continue;
      doubled -= last - first;
      this.fill(gap, first, expected.settle(last));
      if (this.open?.kind === 'late') {
        this.open.units += last - first;
        this.open.to = Math.max(this.open.to, expected.settle(last));
      }
    }
    if (doubled > 0) this.double(from, expected.settle(to), doubled);
  }

  private fill(gap: Range, first: Position, rest: Position): void {
    const left = first > gap.from ? [{ from: gap.from, to: first }] : [];
    const right = rest < gap.to ? [{ from: rest, to: gap.to }] : [];
    this.gaps.splice(this.gaps.indexOf(gap), 1, ...left, ...right);
  }

  private double(from: Position, to: Position, units: number): void {
    const previous = this.anomalies.at(-1);
    if (previous?.kind === 'doubled' && (previous === this.open || previous.to === from)) {
      previous.units += units;
      previous.to = Math.max(previous.to, to);
    } else this.open = this.note({ kind: 'doubled', from, to, units });
  }

  /** `units` of text that nobody sent. */
  garble(at: Position, units: number, sample: string): void {
    if (this.open?.kind === 'garbled') this.open.units += units;
    else this.open = this.note({ kind: 'garbled', from: at, to: at, units, sample: sample.slice(0, 80) });
  }

  /** `units` of text of another generation. */
  stray(at: Position, units: number, owner: Expected, seed: number, sample: string): void {
    const kind = owner.truth.seed === seed ? 'other-attempt' : 'foreign';
    const previous = this.anomalies.at(-1);
    const same = previous?.owner?.seed === owner.truth.seed && previous.owner.attempt === owner.truth.attempt;
    if (previous?.kind === kind && same) previous.units += units;
    else {
      const whose = { seed: owner.truth.seed, attempt: owner.truth.attempt };
      this.note({ kind, from: at, to: at, units, owner: whose, sample: sample.slice(0, 80) });
    }
  }
}
