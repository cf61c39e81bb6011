/** One call of the LLM, as the ledger of the mock tells it. */
import type { RecordedOf } from '../history/events.ts';
import { certainlyBefore, type Instant, type Moment, momentOf } from './moment.ts';
import { Series } from './series.ts';

export interface Hold {
  /** Chunks that were written; -1: opened and still unanswered. */
  at: number;
  from: Moment;
  to: Moment | null;
}

export class Call {
  readonly id: string;
  readonly attempt: number;
  opened: Moment | null = null;
  readonly holds: Hold[] = [];
  ended: { how: RecordedOf<'llm.end'>['how']; chunks: number; at: Moment } | null = null;
  /** Chunks written. */
  emitted = 0;
  readonly emission = new Series();
  /** Error of the ledger's clock, ms. */
  err = 0;
  /** Chunks were not written one after the other, each once: the expected text is another than the oracle's. */
  irregular = false;
  /** The ledger was told as a digest, without each chunk: when what was emitted is not known. */
  isDigest = false;

  constructor(id: string, attempt: number) {
    this.id = id;
    this.attempt = attempt;
  }

  open(event: RecordedOf<'llm.call'>): void {
    this.opened = momentOf(event);
  }

  chunk(event: RecordedOf<'llm.chunk'>): void {
    if (event.i !== this.emitted) this.irregular = true;
    if (event.i >= this.emitted) this.emitted = event.i + 1;
    this.err = event.err;
    this.emission.push(event.t, this.emitted);
  }

  held(event: RecordedOf<'llm.held'>): void {
    this.holds.push({ at: event.at, from: momentOf(event), to: null });
  }

  released(event: RecordedOf<'llm.released'>): void {
    const hold = this.holds.findLast(({ at, to }) => at === event.at && to === null);
    if (hold) hold.to = momentOf(event);
  }

  end(event: RecordedOf<'llm.end'>): void {
    this.ended = { how: event.how, chunks: event.chunks, at: momentOf(event) };
    if (event.chunks <= this.emitted) return;
    this.emitted = event.chunks;
    this.isDigest = true;
  }

  /** The holds, each with its end: the release, or the end of the call. */
  heldSpans(): Hold[] {
    return this.holds.map((hold) => ({ ...hold, to: hold.to ?? this.ended?.at ?? null }));
  }

  /**
   * Whether the LLM was certainly at work on this call at an instant: it wrote more later, or waited then at a
   * barrier that was released later. An end that it did not choose itself counts only if it was
   * booked after `settled`: who ends a call may say so before the ledger hears of it.
   */
  certainlyAliveAt(instant: Instant, settled: Instant): boolean {
    if (!this.opened || !certainlyBefore(this.opened, instant)) return false;
    if (certainlyBefore(instant, { t: this.emission.lastTime, err: this.err })) return true;
    if (
      this.holds.some(({ from, to }) => to && certainlyBefore(from, instant) && certainlyBefore(instant, to))
    )
      return true;
    return this.ended !== null && certainlyBefore(settled, this.ended.at);
  }
}
