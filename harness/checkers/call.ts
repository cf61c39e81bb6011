/**
 * One call of the LLM, as the ledger of the mock tells it. Chunks are counted as a faithful reader gets them: each
 * that was written, up to where the answer is over for it.
 */
import type { RecordedOf } from '../history/events.ts';
import { refOf } from './anomaly.ts';
import { certainlyBefore, type Instant, type Moment, momentOf } from './moment.ts';
import { Series } from './series.ts';
import type { Truth } from './truth.ts';

/** How much later than it happened the ledger may book a thing, ms. */
const BOOKED_LATE = 50;
/**
 * The same as a share of a patience: a call is there when the LLM has read it, and its caller has waited since it was sent.
 * On a machine that was busy 10 s were 9.944.
 */
const BOOKED_LATE_SHARE = 0.025;

/** Faults of the mock LLM that keep it silent for a while. */
const SILENCING: ReadonlySet<string> = new Set(['slow-headers', 'pause', 'hold', 'stall', 'stall-alive']);

export interface Hold {
  /** Chunks that were written; -1: opened and still unanswered. */
  at: number;
  from: Moment;
  to: Moment | null;
}

export class Call {
  readonly id: string;
  readonly attempt: number;
  readonly truth: Truth;
  opened: Moment | null = null;
  readonly holds: Hold[] = [];
  ended: { how: RecordedOf<'llm.end'>['how']; chunks: number; at: Moment } | null = null;
  /** Chunks written. */
  emitted = 0;
  readonly emission = new Series();
  /** Error of the ledger's clock, ms. */
  err = 0;
  /** It wrote other chunks than it was told to, or in another order: what is expected is not known. */
  irregular = false;
  /** The ledger was told as a digest, without each chunk: when what was emitted is not known. */
  isDigest = false;
  private wasHeard = false;
  /** Faults that struck, by name. */
  readonly struck: string[] = [];
  /** When the fault struck that keeps it from ending `completed`. */
  broken: Moment | null = null;
  /**
   * The longest time between two chunks, or before the first or the end, ms, in which the LLM was told to be silent;
   * and the event before it. One that only waits for a reader who does not read is not silent.
   */
  private silence = { from: 0, to: 0, ref: '' };
  /** Since its last word it was held, or told to wait. */
  private isSilenced = false;
  private lastTime = Number.NaN;
  private lastSource = '';
  private lastSeq = 0;

  constructor(id: string, truth: Truth) {
    this.id = id;
    this.attempt = truth.attempt;
    this.truth = truth;
  }

  open(event: RecordedOf<'llm.call'>): void {
    this.opened = momentOf(event);
    this.err = event.err;
    this.breakSilence(event);
  }

  chunk(event: RecordedOf<'llm.chunk'>): void {
    const { truth, emitted } = this;
    this.err = event.err;
    this.wasHeard = true;
    this.breakSilence(event);
    if (emitted < truth.chunks && event.i === truth.chunkAt(emitted)) this.emitted = emitted + 1;
    // What follows the fault that ended the answer is nothing that anybody should have.
    else if (emitted === truth.chunks && truth.brokenBy !== null) return;
    else this.wander(event.i);
    this.emission.push(event.t, this.emitted);
  }

  private wander(chunk: number): void {
    this.irregular = true;
    const [place = -1] = this.truth.placesOf(chunk);
    this.emitted = Math.max(this.emitted, place + 1);
  }

  private breakSilence({ t, source, seq }: RecordedOf<'llm.call' | 'llm.chunk' | 'llm.end'>): void {
    if (this.isSilenced && t - this.lastTime > this.silence.to - this.silence.from) {
      this.silence = {
        from: this.lastTime,
        to: t,
        ref: refOf({ source: this.lastSource, seq: this.lastSeq }),
      };
    }
    this.isSilenced = false;
    this.lastTime = t;
    this.lastSource = source;
    this.lastSeq = seq;
  }

  /**
   * When it had said nothing for `patience` ms, at the first time that may have been; null: it never was so silent
   * until it ended, or until `until`.
   *
   * @param allow what is to happen so many ms after a moment may happen then, the harness's own stalls not counted
   */
  silentFor(patience: number, until: Instant, allow: (from: Instant, ms: number) => Instant): Moment | null {
    // A digest tells nothing of the time between chunks.
    if (this.isDigest) return null;
    const { silence, lastTime, lastSource, lastSeq, err } = this;
    const open = { from: lastTime, to: until.t, ref: refOf({ source: lastSource, seq: lastSeq }) };
    for (const { from, to, ref } of this.isSilenced ? [silence, open] : [silence]) {
      // The caller counts by another clock and from when it got the chunk, which may be earlier than it was booked. And
      // what broke the silence came to it through the harness, which may have stood still just then.
      const heard = allow({ t: to, err }, Math.max(BOOKED_LATE, patience * BOOKED_LATE_SHARE)).t;
      if (heard - from + 2 * err >= patience) return { t: from + patience, err, ref };
    }
    return null;
  }

  held(event: RecordedOf<'llm.held'>): void {
    this.isSilenced = true;
    this.holds.push({ at: event.at < 0 ? event.at : this.emitted, from: momentOf(event), to: null });
  }

  fault(event: RecordedOf<'llm.fault'>): void {
    this.struck.push(event.fault);
    if (SILENCING.has(event.fault)) this.isSilenced = true;
    const { brokenBy } = this.truth;
    if (brokenBy?.fault === event.fault && brokenBy.at === event.at) this.broken ??= momentOf(event);
  }

  released(event: RecordedOf<'llm.released'>): void {
    const hold = this.holds.findLast(({ at, to }) => at === event.at && to === null);
    if (hold) hold.to = momentOf(event);
  }

  end(event: RecordedOf<'llm.end'>): void {
    this.breakSilence(event);
    this.ended = { how: event.how, chunks: event.chunks, at: momentOf(event) };
    if (this.wasHeard || event.chunks === 0) return;
    this.emitted = Math.min(event.chunks, this.truth.chunks);
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

  /** The same where the call may have been broken off just then: until the LLM hears of it, it goes on as ever. */
  certainlyGoesOnAfter(instant: Instant, settled: Instant): boolean {
    if (!this.opened || !certainlyBefore(this.opened, instant)) return false;
    const wrote = { t: this.emission.lastTime, err: this.err };
    const signs = [wrote, ...this.holds.map(({ to }) => to), this.ended?.at];
    return signs.some((sign) => sign && certainlyBefore(settled, sign));
  }
}
