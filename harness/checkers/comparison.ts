/**
 * Compares a text with what is expected, while it comes, in memory that does not grow with it.
 *
 *     expected   0 1 2 3 4 5 6 7 8 9 …
 *     text       0 1 2 3 2 3 4 6          2–3 doubled, 5 a gap
 *                          ▲   ▲
 *                     cursor   high: the furthest that was reached; in order, both are one
 *
 * The books balance: every unit of the text is in order, doubled, late, foreign or garbled, and every expected
 * unit before `high` is in the text or in a gap. So no anomaly means literally a prefix. The usual piece, the
 * next whole chunk, costs one call of the oracle and one comparison of strings. At the first unit that differs,
 * text is held back until there is enough of it to tell what it is: a whole watermark, or TELLING units.
 */
import type { SendSpec } from '../history/events.ts';
import type { Origin, Reading } from './anomaly.ts';
import { Books } from './books.ts';
import { Expected, firstMark } from './expected.ts';
import { chunkOf, offsetOf, type Position, positionOf } from './position.ts';
import { endless, type Truth, truthOf } from './truth.ts';

/** Enough text to be found in an answer without marks by more than coincidence. */
const TELLING = 48;
/** A shorter match does not count as found while other text follows it. */
const COINCIDENCE = 12;
/** A text this broken is not diagnosed any further; what follows is garbled. */
const HOPELESS = 256;
/** Attempts that a text without marks is compared with. */
const ATTEMPTS = 4;
/** A diagnosis needs more text. */
const MORE = -1;

export class Comparison {
  readonly spec: SendSpec;
  /** Units of the text, wrong text included. */
  length = 0;

  private expected: Expected;
  private chunk = 0;
  private offset = 0;
  /** Offset in the current chunk at which the text joined it. */
  private joined = 0;
  /** Meaningful while `behind`; otherwise the cursor is the furthest. */
  private furthest: Position = 0;
  private behind = false;
  private books = new Books();
  /** Where the text of somebody else goes on that was read last, until own text has followed it. */
  private foreign: { owner: Expected; next: Position } | null = null;
  /** Text not explained yet. */
  private pending = '';
  private plain = true;

  constructor(spec: SendSpec) {
    this.spec = spec;
    this.expected = new Expected(truthOf(spec, 0));
  }

  get truth(): Truth {
    return this.expected.truth;
  }

  get attempt(): number {
    return this.expected.truth.attempt;
  }

  /** Whole chunks reached so far, never more than the text proves. */
  get chunksReached(): number {
    return this.behind ? chunkOf(this.furthest) : this.chunk;
  }

  append(text: string, origin: Origin): void {
    this.length += text.length;
    const { chunk, expected } = this;
    if (this.plain && this.offset === 0 && chunk < expected.chunks && text === expected.truth.chunk(chunk)) {
      this.chunk = chunk + 1;
      return;
    }
    this.read(text, origin);
  }

  /** The chunk that comes next, whole, where nothing but that is expected; null: there is more to it. */
  get next(): number | null {
    return this.plain && this.offset === 0 && this.chunk < this.expected.chunks ? this.chunk : null;
  }

  /** The same as `append` of the next chunks, which somebody else has compared. */
  advance(chunks: number, units: number): void {
    this.chunk += chunks;
    this.length += units;
  }

  /** What was read so far is void. */
  restart(): void {
    this.length = 0;
    this.books = new Books();
    this.moveTo(0);
    this.behind = false;
    this.foreign = null;
    this.pending = '';
    this.plain = true;
  }

  /** The text as it stands. Text that was held back is explained as well as may be. */
  reading(): Reading {
    this.flush();
    const { expected } = this;
    const { anomalies } = this.books;
    const missing = this.books.missing();
    const reached = expected.settle(this.high);
    return {
      truth: expected.truth,
      attempt: this.attempt,
      reached,
      length: this.length,
      missing,
      anomalies,
      prefix: anomalies.length === 0,
      complete: missing.length === 0 && reached >= expected.end,
    };
  }

  /** Explains text that was held back, for want of more. */
  flush(): void {
    if (this.pending !== '') this.explain(true);
    if (this.behind) this.bookRun();
  }

  private get cursor(): Position {
    return positionOf(this.chunk, this.offset);
  }

  private get high(): Position {
    return this.behind ? this.furthest : this.cursor;
  }

  private moveTo(position: Position): void {
    this.chunk = chunkOf(position);
    this.offset = offsetOf(position);
    this.joined = this.offset;
  }

  private read(text: string, origin: Origin): void {
    if (this.pending !== '') {
      this.pending += text;
      this.explain(false);
    } else {
      const at = this.follow(text);
      if (at < text.length) {
        this.books.origin = { source: origin.source, seq: origin.seq };
        this.pending = this.takeBack() + text.slice(at);
        this.explain(false);
      }
    }
    this.plain = this.pending === '' && !this.behind && this.books.open === null;
  }

  /** Goes on as long as the text is what the cursor expects; returns how much of it was. */
  private follow(text: string): number {
    let at = 0;
    while (at < text.length && this.chunk < this.expected.chunks) {
      if (this.behind && this.offset === 0 && this.goesOnAtHigh(text, at)) this.rejoin();
      const chunk = this.expected.chunk(this.chunk);
      let n = Math.min(chunk.length - this.offset, text.length - at);
      if (this.behind && this.chunk === chunkOf(this.furthest))
        n = Math.min(n, offsetOf(this.furthest) - this.offset);
      if (n > 0 && !text.startsWith(chunk.slice(this.offset, this.offset + n), at)) break;
      this.offset += n;
      at += n;
      if (this.offset === chunk.length) this.leaveChunk();
      if (this.behind && this.cursor >= this.furthest) this.catchUp();
    }
    return at;
  }

  /** Takes text that is known to be what the cursor expects for good. */
  private takeIn(text: string): number {
    const taken = this.follow(text);
    if (this.behind) this.bookRun();
    this.joined = this.offset;
    return taken;
  }

  private leaveChunk(): void {
    if (this.behind) this.bookRun();
    else if (this.offset > 0) this.books.open = null;
    if (this.offset > 0) this.foreign = null;
    this.chunk++;
    this.offset = 0;
    this.joined = 0;
  }

  private catchUp(): void {
    this.bookRun();
    this.behind = false;
    this.books.open = null;
    this.joined = this.offset;
  }

  /** Units of the current chunk that matched, but may have been the beginning of something else. */
  private takeBack(): string {
    const { expected } = this;
    const units =
      this.chunk < expected.chunks ? expected.chunk(this.chunk).slice(this.joined, this.offset) : '';
    this.offset = this.joined;
    return units;
  }

  /** Books what was read of the current chunk while behind: it fills a gap, or is there for a second time. */
  private bookRun(): void {
    const [from, to] = [positionOf(this.chunk, this.joined), this.cursor];
    this.joined = this.offset;
    if (from !== to) this.books.again(from, to, this.expected);
  }

  private explain(final: boolean): void {
    for (let idle = 0; this.pending !== ''; ) {
      const text = this.pending;
      let explained = 0;
      if (this.books.anomalies.length >= HOPELESS) explained = this.garble(text, text.length);
      else if (this.rejoins(text, final)) this.rejoin();
      else {
        if (!final && !isTelling(text, this.spec.mode)) return;
        if (!this.changeAttempt(text)) {
          const diagnosed = this.diagnose(text, final);
          if (diagnosed === MORE) return;
          explained = diagnosed;
        }
      }
      const rest = text.slice(explained);
      const at = this.follow(rest);
      this.pending = at < rest.length ? this.takeBack() + rest.slice(at) : '';
      // Every diagnosis makes progress; should one not, the text is let go as garbled rather than looked at for ever.
      idle = this.pending.length < text.length ? 0 : idle + 1;
      if (idle > 2) this.pending = this.pending.slice(this.garble(this.pending, this.pending.length));
    }
  }

  /** After text that was doubled or late, new text goes on where the view stood. */
  private rejoins(text: string, final: boolean): boolean {
    if (!this.behind) return false;
    const position = this.expected.settle(this.furthest);
    if (position >= this.expected.end) return false;
    const whole = this.expected.chunk(chunkOf(position)).length - offsetOf(position);
    const needed = Math.min(whole, final ? text.length : TELLING);
    return this.expected.commonPrefix(position, text) >= needed;
  }

  /**
   * Where a chunk would do behind and at the furthest, it is taken for the new one: whatever it was, then nothing
   * is called missing that is there.
   */
  private goesOnAtHigh(text: string, at: number): boolean {
    const position = this.expected.settle(this.furthest);
    if (position >= this.expected.end) return false;
    return text.startsWith(this.expected.chunk(chunkOf(position)).slice(offsetOf(position)), at);
  }

  private rejoin(): void {
    this.moveTo(this.expected.settle(this.furthest));
    this.behind = false;
    this.books.open = null;
  }

  /** A view matches one attempt: which, is open as long as what it holds is the beginning of several. */
  private changeAttempt(text: string): boolean {
    if (this.books.anomalies.length > 0 || this.chunk > TELLING) return false;
    const held = this.heldText();
    const marked = this.spec.mode === 'marked' ? firstMark(text) : undefined;
    const candidates = marked ? [marked.attempt] : Array.from({ length: ATTEMPTS }, (_, attempt) => attempt);
    for (const attempt of candidates) {
      if (attempt === this.attempt || (marked && marked.seed !== this.spec.seed)) continue;
      const other = new Expected(truthOf(this.spec, attempt));
      const all = held + text;
      // Whose first text is of this attempt has no other, even if the beginning is missing.
      if (other.commonPrefix(0, all) < all.length && !(marked && held === '')) continue;
      this.expected = other;
      this.moveTo(0);
      this.follow(held);
      return true;
    }
    return false;
  }

  private heldText(): string {
    let text = '';
    for (let i = 0; i < this.chunk; i++) text += this.expected.chunk(i);
    return this.offset === 0 ? text : text + this.expected.chunk(this.chunk).slice(0, this.offset);
  }

  /** Tells what the text is that is not what the cursor expects; returns how many units are dealt with. */
  private diagnose(text: string, final: boolean): number {
    const { spec, expected } = this;
    const mark = spec.mode === 'marked' ? firstMark(text) : undefined;
    if (!mark) return this.diagnoseUnmarked(text, final, true);
    const own = mark.seed === spec.seed && mark.attempt === this.attempt;
    const { foreign } = this;
    const ahead = text.slice(0, mark.at);
    if (own && foreign && goesOn(foreign.owner, foreign.next, ahead) === 'whole')
      return this.stray(ahead, foreign.owner, foreign.next, true);
    const owner = own ? expected : new Expected(endless(mark.seed, mark.attempt));
    const aligned = owner.alignBy(mark, text, this.cursor);
    if (!aligned) return this.garble(text, endOfMark(text, mark.at));
    if (aligned.start > 0) return this.diagnoseUnmarked(text.slice(0, aligned.start), true, false);
    if (!own) return this.stray(text, owner, aligned.position, final);
    if (aligned.position === expected.settle(this.cursor)) return this.garbleUntilKnown(text, final);
    return this.jump(aligned.position);
  }

  private diagnoseUnmarked(text: string, final: boolean, last: boolean): number {
    const { expected } = this;
    const common = expected.commonPrefix(this.cursor, text);
    if (common === text.length) return this.takeIn(text);
    // Not every chunk carries a mark: what somebody else says next is his, whatever it looks like.
    const { foreign } = this;
    if (foreign && goesOn(foreign.owner, foreign.next, text) !== null)
      return this.stray(text, foreign.owner, foreign.next, final);
    const found = expected.find(text, this.high, TELLING);
    const telling = found && (found.length === text.length || found.length >= COINCIDENCE);
    if (found && telling && found.length > common) {
      this.jump(found.position);
      return this.takeIn(text.slice(0, found.length));
    }
    const other = last && this.spec.mode !== 'marked' ? this.otherAttempt(text) : null;
    if (other) return this.stray(text, other.expected, other.position, true);
    return this.garbleUntilKnown(text, final);
  }

  private otherAttempt(text: string): { expected: Expected; position: Position } | null {
    for (let attempt = 0; attempt < ATTEMPTS && text.length >= TELLING / 2; attempt++) {
      if (attempt === this.attempt) continue;
      const expected = new Expected(truthOf(this.spec, attempt));
      const found = expected.find(text, this.high, TELLING);
      if (found && found.length >= TELLING / 2) return { expected, position: found.position };
    }
    return null;
  }

  /** The text goes on elsewhere in the expected text: behind, or further on. */
  private jump(to: Position): 0 {
    const high = this.expected.settle(this.high);
    if (to > high) {
      this.books.lose(high, to);
      this.books.open = null;
      this.behind = false;
    } else if (to < high) {
      this.furthest = high;
      this.behind = true;
      const isLate = this.books.isMissing(to);
      this.books.open = isLate ? this.books.note({ kind: 'late', from: to, to, units: 0 }) : null;
    }
    this.moveTo(to);
    return 0;
  }

  /** Text of another generation: consumed as far as it is that. */
  private stray(text: string, owner: Expected, position: Position, final: boolean): number {
    let units = 0;
    let at = chunkOf(position);
    let chunk = owner.chunk(at).slice(offsetOf(position));
    while (units < text.length && at < owner.chunks && text.startsWith(chunk, units)) {
      units += chunk.length;
      chunk = owner.chunk(++at);
    }
    let next = positionOf(at);
    if (units === 0) {
      const isBeginning = chunk.startsWith(text);
      if (!final && isBeginning) return MORE;
      const mark = firstMark(text.slice(1));
      units = isBeginning || !mark ? text.length : Math.max(1, mark.at + 1);
      if (isBeginning) next = owner.advance(position, units);
    }
    this.books.stray(this.high, units, owner, this.spec.seed, text.slice(0, units));
    this.foreign = { owner, next };
    return units;
  }

  /** Text that begins as expected and then is not: garbled until something is known again. */
  private garbleUntilKnown(text: string, final: boolean): number {
    const common = this.expected.commonPrefix(this.cursor, text);
    const rest = text.slice(common);
    const known = this.nextKnown(rest);
    if (!known && !final && rest.length < TELLING) return MORE;
    this.follow(text.slice(0, common));
    if (known) {
      this.garble(rest, known.start);
      return common + known.start;
    }
    this.garble(rest, rest.length);
    if (this.offset > 0 && !this.behind) {
      // The rest of a chunk that began well is what was replaced.
      const to = this.expected.settle(positionOf(this.chunk + 1));
      this.books.lose(this.cursor, to);
      this.moveTo(to);
    }
    return text.length;
  }

  /** Where in `text` expected text goes on. The garbled text before it stood for what lies between. */
  private nextKnown(text: string): { start: number } | null {
    const { expected } = this;
    if (this.spec.mode === 'marked') {
      const mark = firstMark(text);
      if (!mark) return null;
      const own = mark.seed === this.spec.seed && mark.attempt === this.attempt;
      const aligned = own ? expected.alignBy(mark, text, this.cursor) : null;
      return { start: Math.max(1, aligned ? aligned.start : mark.at) };
    }
    const start = expected.nextKnown(text, this.high, COINCIDENCE);
    return start === -1 ? null : { start };
  }

  private garble(text: string, units: number): number {
    const eaten = Math.max(1, units);
    if (this.behind) this.bookRun();
    this.joined = this.offset;
    this.books.garble(this.expected.settle(this.high), eaten, text.slice(0, eaten));
    return eaten;
  }
}

function isTelling(text: string, mode: SendSpec['mode']): boolean {
  return text.length >= TELLING || (mode === 'marked' && firstMark(text) !== undefined);
}

/** Whether the text begins with the chunk that comes next, or is a part of it; null: neither. */
function goesOn(owner: Expected, next: Position, text: string): 'whole' | 'part' | null {
  const position = owner.settle(next);
  if (position >= owner.end) return null;
  const chunk = owner.chunk(chunkOf(position)).slice(offsetOf(position));
  if (text.startsWith(chunk)) return 'whole';
  return chunk.startsWith(text) ? 'part' : null;
}

function endOfMark(text: string, at: number): number {
  return text.indexOf('}', at) + 1;
}
