/**
 * Reads the source of an answer out of what a page has made of it. A page that renders Markdown shows no prefix of the
 * source: stars, fences and tags are gone, white space is another. But every watermark is there, for nothing that the
 * oracle says hides one, and so is every plain word:
 *
 *     source     {k.0.4}kelp {k.0.5}**bold** _it_ {k.0.6}tide
 *     shown      {k.0.4}kelp {k.0.5}bold it {k.0.6}tide
 *     proved     ███████████ ███████······· ███████████        · : a hazard, taken on the word of its mark
 *
 * What stands between two marks is compared by its letters where the source there is plain words; what a renderer makes
 * of a hazard (Markdown, tags, odd characters) is its own affair, and stands for the hazard. So a text in which marks
 * and words are as expected becomes exactly its source, and any other something that a `Comparison` finds wanting in
 * the same place: everything else judges both alike.
 */
import { type Mark, marks } from '../../mock-llm/oracle.ts';
import type { RecordedOf, SendSpec } from '../history/events.ts';
import { endless, type Truth, truthOf } from './truth.ts';

/** Source that a rendered text proves, and how many marks it holds. */
export interface Source {
  text: string;
  marks: number;
}

export type SourceReader = (shown: string) => Source;

/** @param spec of a send whose text is marked: of natural text nothing is proved by being shown */
export function createSourceReader(spec: SendSpec): SourceReader {
  const truths = new Map<string, MarkedTruth>();
  const truthAt = (seed: number, attempt: number) => {
    const key = `${seed} ${attempt}`;
    const own = seed === spec.seed;
    const known = truths.get(key) ?? new MarkedTruth(own ? truthOf(spec, attempt) : endless(seed, attempt));
    truths.set(key, known);
    return known;
  };

  return (shown) => {
    const found = [...marks(shown)];
    const first = found.find(({ seed }) => seed === spec.seed);
    let truth: MarkedTruth | null = truthAt(spec.seed, first?.attempt ?? 0);
    let place = -1;
    let text = '';
    let at = 0;
    for (const [n, mark] of found.entries()) {
      text += between(truth, place, shown.slice(at, mark.at), mark);
      at = shown.indexOf('}', mark.at) + 1;
      text += shown.slice(mark.at, at);
      const own = truthAt(mark.seed, mark.attempt);
      const next = own.placeOf(mark.i, own === truth ? place : -1, found[n + 1]);
      truth = next === undefined ? null : own;
      place = next ?? -1;
    }
    return {
      text: text + between(truth, place, withoutPartOfMark(shown.slice(at)), undefined),
      marks: found.length,
    };
  };
}

/** One of its views: what it shows, told as what its source would be. */
export class Rendering {
  /** As it is shown. */
  shown = '';
  /** A mark was shown at some time. */
  isMarked = false;
  /** Letters were shown at some time. */
  isWritten = false;
  private source = '';
  private readonly read: SourceReader;

  constructor(spec: SendSpec) {
    this.read = createSourceReader(spec);
  }

  take(event: RecordedOf<'seen'>): RecordedOf<'seen'> {
    this.shown = event.how === 'append' ? this.shown + event.text : event.text;
    const { text, marks: count } = this.read(this.shown);
    this.isMarked ||= count > 0;
    this.isWritten ||= lettersOf(this.shown) !== '';
    const grew = text.startsWith(this.source);
    const told = grew ? text.slice(this.source.length) : text;
    this.source = text;
    return { ...event, how: grew ? 'append' : 'set', text: told };
  }

  reset(): void {
    this.shown = this.source = '';
  }
}

/** Text of which white space between words counts as one: how much of it there is, is the renderer's affair. */
export const asRead = (shown: string): string => shown.replace(/\s+/gu, ' ').trim();

/** Part of the source; `plain`: letters and spaces, which no renderer of Markdown touches. */
interface Piece {
  text: string;
  plain: boolean;
}

/** What stands after a mark, up to the next one. */
interface Stretch {
  pieces: readonly Piece[];
  /** Of `pieces`, the last, where it is of the chunk of the next mark, by which alone it is proved. */
  lead: Piece | undefined;
  text: string;
  /** Chunk of the next mark; undefined: there is none. */
  next: number | undefined;
}

class MarkedTruth {
  private readonly truth: Truth;
  private readonly stretches = new Map<number, Stretch>();

  constructor(truth: Truth) {
    this.truth = truth;
  }

  /** What stands after the mark at a place; -1: before the first. */
  after(place: number): Stretch {
    const known = this.stretches.get(place) ?? this.workOut(place);
    this.stretches.set(place, known);
    return known;
  }

  private workOut(place: number): Stretch {
    const pieces: Piece[] = [];
    const add = (text: string) => {
      if (text !== '') pieces.push({ text, plain: PLAIN.test(text) });
    };
    const done = (next?: number, leads = false): Stretch => ({
      pieces,
      lead: leads ? pieces.at(-1) : undefined,
      text: pieces.map(({ text }) => text).join(''),
      next,
    });
    if (place >= 0) {
      const chunk = this.truth.chunk(place);
      add(chunk.slice(chunk.indexOf('}', markIn(chunk)!.at) + 1));
    }
    for (let i = place + 1; i < this.truth.chunks; i++) {
      const chunk = this.truth.chunk(i);
      const mark = markIn(chunk);
      if (mark) {
        add(chunk.slice(0, mark.at));
        return done(mark.i, mark.at > 0);
      }
      add(chunk);
    }
    return done();
  }

  isOf({ seed, attempt }: Mark): boolean {
    return this.truth.seed === seed && this.truth.attempt === attempt;
  }

  /**
   * Where a mark stands; of several places of a chunk that the LLM repeats the one which the next mark follows, else
   * the first after `place`. Undefined where no such mark was ever said.
   */
  placeOf(i: number, place: number, next: Mark | undefined): number | undefined {
    const places = this.truth.placesOf(i);
    if (places[0] === undefined || markIn(this.truth.chunk(places[0]))?.i !== i) return undefined;
    const later = places.filter((it) => it > place);
    const follower = next && this.isOf(next) ? next.i : undefined;
    const fitting = (it: number) => this.after(it).next === follower;
    return later.find(fitting) ?? places.find(fitting) ?? later[0] ?? places[0];
  }
}

const PLAIN = /^[\p{L} ]+$/u;

function markIn(chunk: string): Mark | undefined {
  for (const mark of marks(chunk)) return mark;
  return undefined;
}

const lettersOf = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');

/** The source of what is shown after a mark of `truth` (null: of none that was ever said), up to the next mark. */
function between(truth: MarkedTruth | null, place: number, shown: string, next: Mark | undefined): string {
  if (!truth) return verbatim(shown);
  const stretch = truth.after(place);
  const followed = next !== undefined && truth.isOf(next) && stretch.next === next.i;
  if (!followed) return beginningOf(stretch, shown);
  return isWhole(stretch.pieces, lettersOf(shown)) ? stretch.text : verbatim(shown);
}

/** Every plain word is there, as far as a hazard among them lets one tell. */
function isWhole(pieces: readonly Piece[], letters: string): boolean {
  const hazard = pieces.findIndex(({ plain }) => !plain);
  const joined = (some: readonly Piece[]) => some.map(({ text }) => lettersOf(text)).join('');
  if (hazard < 0) return letters === joined(pieces);
  const head = joined(pieces.slice(0, hazard));
  const tail = joined(pieces.slice(pieces.findLastIndex(({ plain }) => !plain) + 1));
  return letters.length >= head.length + tail.length && letters.startsWith(head) && letters.endsWith(tail);
}

/** As much of the source as the shown text proves, and whatever else is shown. */
function beginningOf({ pieces, lead }: Stretch, shown: string): string {
  let text = '';
  let letters = lettersOf(shown);
  for (const [n, piece] of pieces.entries()) {
    if (piece === lead) return text;
    if (!piece.plain) return text + piece.text + wordsAfterHazard(pieces.slice(n + 1), letters);
    const own = lettersOf(piece.text);
    if (letters.startsWith(own)) text += piece.text;
    else if (own.startsWith(letters)) return text + withLetters(piece.text, letters.length);
    else break;
    letters = letters.slice(own.length);
  }
  return text + verbatim(afterLetters(shown, lettersOf(text).length));
}

/** After a hazard, of which nobody knows what is left of it, only whole words at the very end are known for shown. */
function wordsAfterHazard(pieces: readonly Piece[], letters: string): string {
  let best = '';
  let text = '';
  let words = '';
  for (const piece of pieces) {
    text += piece.text;
    words = piece.plain ? words + lettersOf(piece.text) : '';
    if (words !== '' && letters.endsWith(words)) best = text;
  }
  return best;
}

/** The beginning of a text that holds so many letters. */
function withLetters(text: string, letters: number): string {
  return text.slice(0, text.length - afterLetters(text, letters).length);
}

/** What follows so many letters of a text. */
function afterLetters(text: string, letters: number): string {
  let at = 0;
  for (let left = letters; left > 0 && at < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    left -= lettersOf(character).length;
    at += character.length;
  }
  return text.slice(at);
}

/** Text that nothing says how it was written: its words as they are. */
function verbatim(shown: string): string {
  return lettersOf(shown) === '' ? '' : `${asRead(shown)} `;
}

/** Pages that type may have got so far as half a mark. */
function withoutPartOfMark(shown: string): string {
  return shown.replace(
    /\{(?:[0-9a-z]{1,7}(?:\.(?:[0-9a-z]{1,4}(?:\.[0-9a-z]{0,6})?)?)?)?[^\p{L}\p{N}{]*$/u,
    '',
  );
}
