/** What one reader holds of one generation, over time. */
import type { GenerationState, RecordedOf, SendSpec } from '../history/events.ts';
import type { Anomaly, Reading } from './anomaly.ts';
import { refOf } from './anomaly.ts';
import type { EvidenceRef } from './checker.ts';
import { Comparison } from './comparison.ts';
import type { Run } from './following.ts';
import { certainlyBefore, type Instant, type Moment, momentOf } from './moment.ts';
import type { Position } from './position.ts';
import { Rendering } from './rendering.ts';
import { Series } from './series.ts';
import type { Truth } from './truth.ts';

/** More different anomalies of one view tell nothing new. */
const KEPT = 64;

export interface ViewEnd {
  state: GenerationState;
  at: Moment;
  reading: Reading;
}

export interface ViewReset {
  at: Moment;
  why: 'replay' | 'target';
  /** Of which attempt the text was that became void. */
  attempt: number;
}

/** A connection by which a view is fed. */
export interface StreamFacts {
  id: string;
  view: string;
  cursor: string | null;
  opened: Moment;
  /** What the view held when it was opened. */
  held: Position;
  heldCleanly: boolean;
  /** The first text that came by it. */
  first: { at: Moment; how: 'append' | 'set' } | null;
  /** UTF-16 units that came by it. */
  units: number;
  /** When it first brought text that the view had not held before, ms. */
  advanced: number | null;
  closed: { why: RecordedOf<'stream.close'>['why']; http?: number; code?: string; at: Moment } | null;
}

export class View {
  readonly id: string;
  readonly actor: string;
  readonly kind: 'live' | 'snapshot';
  readonly fresh: boolean;
  /** A page shows it: what it was told otherwise than by a stream, nobody saw. */
  readonly byPage: boolean;
  /** It replaces one that a reload took away. */
  readonly replaces: boolean;
  /** What it shows, where that is not the source; all other texts of it are the source that this proves. */
  readonly rendering: Rendering | null;
  readonly opened: Moment;
  readonly streams: StreamFacts[] = [];
  /** Chunks reached, when. */
  readonly growth = new Series();
  readonly ends: ViewEnd[] = [];
  readonly resets: ViewReset[] = [];
  closed: { why: RecordedOf<'view.close'>['why']; at: Moment } | null = null;
  /** UTF-16 units received, all told. */
  received = 0;
  /** When text last came otherwise than by a stream, ms. */
  lastPolled = Number.NEGATIVE_INFINITY;
  /** The longest text it ever held. */
  longest = 0;

  private readonly comparison: Comparison;
  private past: Anomaly[] = [];
  private reachedBefore: Position = 0;
  private stream: StreamFacts | null = null;
  private lastSource = '';
  private lastSeq = 0;

  constructor(event: RecordedOf<'view.open'>, spec: SendSpec) {
    this.id = event.view;
    this.actor = event.actor;
    this.kind = event.kind;
    this.fresh = event.fresh ?? false;
    this.byPage = event.by === 'page';
    this.replaces = event.after !== undefined;
    this.rendering = event.rendered ? new Rendering(spec) : null;
    this.opened = momentOf(event);
    this.comparison = new Comparison(spec);
    this.lastSource = event.source;
    this.lastSeq = event.seq;
  }

  /** Error of the clock that this view's times were taken by, ms. */
  get err(): number {
    return this.opened.err;
  }

  /** For people. */
  get name(): string {
    return `${this.actor}, ${this.id}`;
  }

  seen(told: RecordedOf<'seen'>): void {
    const event = this.rendering?.take(told) ?? told;
    const { comparison } = this;
    const { text } = event;
    const before = comparison.chunksReached;
    this.lastSource = event.source;
    this.lastSeq = event.seq;
    this.received += text.length;
    if (event.how === 'append') {
      if (this.ends.length > 0 && text !== '') this.noteAfterEnd(event, text);
      comparison.append(text, event);
    } else this.replace(event, text);
    const grew = comparison.length > this.longest;
    if (grew) this.longest = comparison.length;
    if (comparison.chunksReached !== before) this.growth.push(event.t, comparison.chunksReached);
    if (event.stream !== undefined) this.feed(event, event.stream, grew);
    else if (text !== '') this.lastPolled = event.t;
  }

  private feed(event: RecordedOf<'seen'>, id: string, grew: boolean): void {
    if (this.stream?.id !== id) this.stream = this.streams.find((stream) => stream.id === id) ?? null;
    const { stream } = this;
    if (!stream || event.text === '') return;
    stream.first ??= { at: momentOf(event), how: event.how };
    stream.units += event.text.length;
    if (grew) stream.advanced ??= event.t;
  }

  /**
   * The chunk that the next piece of a stream is expected to be, where it would change nothing but how much the view
   * holds; null: it is to be `seen`.
   */
  nextBy(stream: string): number | null {
    const feeds = this.stream;
    if (this.rendering || this.ends.length > 0 || feeds?.id !== stream) return null;
    if (feeds.first === null || feeds.advanced === null) return null;
    return this.comparison.length === this.longest ? this.comparison.next : null;
  }

  /** The same as `seen` of pieces as `nextBy` told them; `growth` has them already. */
  advance({ chunks, units, source, seq }: Run): void {
    this.comparison.advance(chunks, units);
    this.longest += units;
    this.received += units;
    this.stream!.units += units;
    this.lastSource = source;
    this.lastSeq = seq;
  }

  /** What its text is compared with. */
  get truth(): Truth {
    return this.comparison.truth;
  }

  private replace(event: RecordedOf<'seen'>, text: string): void {
    const before = this.reading();
    this.forget();
    this.comparison.append(text, event);
    const after = this.reading();
    const evidence = refOf(event);
    if (after.reached < before.reached) {
      this.remember({
        kind: 'shrunk',
        from: after.reached,
        to: before.reached,
        units: before.length - after.length,
        evidence,
      });
    }
    if (this.ends.length > 0 && after.length > before.length)
      this.noteAfterEnd(event, text.slice(before.length));
  }

  private noteAfterEnd(event: RecordedOf<'seen'>, text: string): void {
    const at = this.comparison.reading().reached;
    const sample = text.slice(0, 80);
    this.remember({
      kind: 'after-end',
      from: at,
      to: at,
      units: text.length,
      sample,
      evidence: refOf(event),
    });
  }

  reset(event: RecordedOf<'view.reset'>): void {
    this.resets.push({ at: momentOf(event), why: event.why, attempt: this.reading().attempt });
    this.rendering?.reset();
    this.forget();
  }

  private forget(): void {
    const reading = this.reading();
    this.reachedBefore = Math.max(this.reachedBefore, reading.reached);
    for (const anomaly of reading.anomalies) this.remember(anomaly);
    this.comparison.restart();
  }

  private remember(anomaly: Anomaly): void {
    const known = (other: Anomaly) =>
      other.kind === anomaly.kind && other.from === anomaly.from && other.to === anomaly.to;
    if (this.past.length < KEPT && !this.past.some(known)) this.past.push(anomaly);
  }

  end(event: RecordedOf<'view.end'>): void {
    const reading = this.reading();
    this.ends.push({
      state: event.state,
      at: momentOf(event),
      reading: { ...reading, anomalies: [...reading.anomalies] },
    });
  }

  close(event: RecordedOf<'view.close'>): void {
    this.closed = { why: event.why, at: momentOf(event) };
  }

  openStream(event: RecordedOf<'stream.open'>): StreamFacts {
    const reading = this.reading();
    const stream: StreamFacts = {
      id: event.stream,
      view: event.view,
      cursor: event.cursor,
      opened: momentOf(event),
      held: reading.reached,
      heldCleanly: reading.prefix,
      first: null,
      units: 0,
      advanced: null,
      closed: null,
    };
    this.streams.push(stream);
    this.stream = stream;
    return stream;
  }

  closeStream(event: RecordedOf<'stream.close'>): void {
    const stream = this.streams.find(({ id }) => id === event.stream);
    if (!stream) return;
    stream.closed = {
      why: event.why,
      at: momentOf(event),
      ...(event.http !== undefined && { http: event.http }),
      ...(event.code !== undefined && { code: event.code }),
    };
  }

  /** Streams that were open from before the first instant until after the second; of a snapshot none. */
  attached(from: Instant, until: Instant): StreamFacts[] {
    if (this.kind !== 'live') return [];
    return this.streams.filter(
      ({ opened, closed }) =>
        certainlyBefore(opened, from) && (closed === null || certainlyBefore(until, closed.at)),
    );
  }

  /** The text as it stands. */
  reading(): Reading {
    return this.comparison.reading();
  }

  /** The most chunks of an attempt that it certainly held at a time (ms), or before. */
  hadOf(attempt: number, t: number): number {
    const lives = [...this.resets, { at: { t }, attempt: this.reading().attempt }];
    return lives.reduce((most, life, n) => {
      if (life.attempt !== attempt) return most;
      const begun = lives[n - 1]?.at.t ?? Number.NEGATIVE_INFINITY;
      return Math.max(most, this.growth.atLeastAt(Math.min(t, life.at.t), begun));
    }, 0);
  }

  /** The furthest that any text of it ever reached. */
  get furthest(): Position {
    return Math.max(this.reachedBefore, this.reading().reached);
  }

  /** All that was ever wrong with its text. */
  anomalies(): Anomaly[] {
    return [...this.past, ...this.reading().anomalies];
  }

  /** The last thing that is known of its text. */
  get lastRef(): EvidenceRef {
    return refOf({ source: this.lastSource, seq: this.lastSeq });
  }

  /**
   * Somebody looked at it to the end: it was not closed before the play was over (`done`; null where it never was),
   * or only because the answer had ended.
   */
  isShownUntil(done: Instant | null): boolean {
    if (this.closed === null || this.closed.why === 'ended') return true;
    return done !== null && !certainlyBefore(this.closed.at, done);
  }
}
