/**
 * What one reader holds of one answer: how much of it, from where it can be resumed, whether it has ended. Of the text
 * itself only the judge keeps an account, in constant memory.
 */
import type { Following } from '../../checkers/following.ts';
import { type GenerationState, now, TERMINAL_STATES } from '../../history/index.ts';
import type { Question } from './context.ts';
import type { Asker, StoredAnswer } from './stored.ts';

export interface ReadingSetup extends Asker {
  question: Question;
  /** The view that this one replaces after a reload. */
  after?: string;
  /** Told at the first text. */
  onFirst?(): void;
}

export class Held {
  readonly view: string;
  readonly question: Question;
  /** Pieces of text that came. */
  pieces = 0;
  /** Units of text held. */
  length = 0;
  /** The target's id of the answer, once known. */
  message: string | undefined;
  /** Set once the target has told the end. */
  state: GenerationState | undefined;
  /** Nothing is to be followed: the send was refused. */
  refused = false;
  /** Nobody looks at it any more. */
  isClosed = false;

  protected readonly setup: ReadingSetup;
  protected cursor: string | undefined;
  /** Kept only where a cursor may have to be computed from it: until the target gives one. */
  protected text: string | null;
  /** The end told a length shorter than what is held: only a fresh read says what is left. */
  protected cutShort = false;
  /** When the last piece of this connection came, ms; 0: none has. */
  protected lastPiece = 0;
  /** What takes the pieces of the stream that is open, as long as each is the next chunk. */
  protected following: Following | undefined;
  /** Since when new text is waited for after an interruption, and which latency that is. */
  protected since: { at: number; name: 'recovery' | 'outage' } | undefined;
  private waitsFor = Number.POSITIVE_INFINITY;
  private arrived: (there: boolean) => void = () => {};
  private strike: (() => void) | undefined;
  private readonly over = Promise.withResolvers<void>();

  constructor(setup: ReadingSetup) {
    this.setup = setup;
    const { context, books, actor, question, after } = setup;
    this.question = question;
    this.view = context.name('v');
    this.text = context.capabilities.cursor === 'index' && context.target.cursorOf ? '' : null;
    const send = question.spec.seed;
    const link = after === undefined ? {} : { after };
    books.record({ type: 'view.open', view: this.view, actor, send, kind: 'live', ...link });
  }

  get send(): number {
    return this.question.spec.seed;
  }

  /** Resolves when the end was told, the send was refused, or it was left. */
  get ended(): Promise<void> {
    return this.over.promise;
  }

  get isOver(): boolean {
    return this.state !== undefined || this.refused || this.isClosed;
  }

  /**
   * Waits for so many pieces, one who waits at a time. `strike` is called with the very piece, before another is read.
   *
   * @returns whether they came before the end
   */
  reaches(pieces: number, strike?: () => void): Promise<boolean> {
    if (this.state !== undefined || this.refused) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.arrived = resolve;
      this.strike = strike;
      this.waitsFor = pieces;
      if (this.pieces >= pieces) this.arrive(true);
    });
  }

  /** A view that begins with what the list of its session says; it was asked for at `since`, ms. */
  begin(answer: StoredAnswer, since: number): void {
    this.message = answer.message;
    const ended = TERMINAL_STATES.has(answer.state);
    if (answer.text !== '' || ended) this.take('set', answer.text, now());
    if (ended) this.end(answer.state);
    else this.since = { at: since, name: 'recovery' };
  }

  /** @param at when it came, ms */
  protected take(how: 'append' | 'set', text: string, at: number, stream?: string): void {
    // Mostly it is the next whole chunk, and then nobody need be told.
    if (stream === undefined || how === 'set' || !this.following?.takes(text, at))
      this.setup.books.seen(this.view, this.send, how, text, at, stream);
    this.hold(how, text, at);
  }

  /** The judge knows of it. */
  protected hold(how: 'append' | 'set', text: string, at: number): void {
    const { context } = this.setup;
    const before = this.length;
    this.length = how === 'set' ? text.length : before + text.length;
    if (this.text !== null) this.text = how === 'set' ? text : this.text + text;
    if (how === 'append') {
      context.counts.chunks++;
      if (this.lastPiece > 0 && at >= context.measuredFrom)
        context.latencies.record('chunk-gap', at - this.lastPiece);
      this.lastPiece = at;
    }
    if (this.pieces++ === 0) this.setup.onFirst?.();
    if (this.since && this.length > before) {
      context.latencies.record(this.since.name, at - this.since.at);
      this.since = undefined;
    }
    if (this.pieces >= this.waitsFor) this.arrive(true);
  }

  protected adopt(answer: StoredAnswer, cursorVoid: boolean): void {
    this.message = answer.message;
    const ended = TERMINAL_STATES.has(answer.state);
    const behind = answer.text.length < this.length;
    // What is stored lags behind what is delivered; only the end, or a refused cursor, makes what is held void.
    if (behind && (ended || cursorVoid)) {
      this.reset(
        'target',
        ended ? `ended as ${answer.state} with less than was shown` : 'the cursor was refused',
      );
    }
    if (!behind || ended || cursorVoid) {
      this.cursor = undefined;
      if (this.setup.context.capabilities.cursor === 'index') this.text = '';
      this.take('set', answer.text, now());
    }
    if (ended) this.end(answer.state);
  }

  protected reset(why: 'replay' | 'target', reason?: string): void {
    this.length = 0;
    if (this.text !== null) this.text = '';
    const said = reason === undefined ? {} : { reason };
    this.setup.books.record({ type: 'view.reset', view: this.view, send: this.send, why, ...said });
  }

  protected end(state: GenerationState): void {
    if (this.state !== undefined || !TERMINAL_STATES.has(state)) return;
    this.state = state;
    this.setup.books.record({ type: 'view.end', view: this.view, send: this.send, state });
    this.settle();
  }

  protected settle(): void {
    this.arrive(false);
    this.over.resolve();
  }

  private arrive(there: boolean): void {
    const { arrived, strike } = this;
    this.waitsFor = Number.POSITIVE_INFINITY;
    this.arrived = () => {};
    this.strike = undefined;
    arrived(there);
    if (there) strike?.();
  }
}
