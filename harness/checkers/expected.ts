/**
 * The expected text of one attempt of a send, and the ways to find a piece of text in it. Everything is worked
 * out from the oracle when it is asked for: no expected text is ever stored.
 */
import { type Mark, marks } from '../../mock-llm/oracle.ts';
import { chunkOf, offsetOf, type Position, positionOf } from './position.ts';
import type { Truth } from './truth.ts';

/** Where a piece of text lies in some attempt's expected text. */
export interface Aligned {
  /** Offset in the piece from which on it agrees. */
  start: number;
  position: Position;
}

/** Chunks to either side that a search looks at before it looks at everything. */
const NEAR = 512;

export class Expected {
  readonly truth: Truth;
  /** Chunks of the whole answer; infinite for the text of somebody else, of whom it is not known. */
  readonly chunks: number;
  readonly end: Position;

  constructor(truth: Truth) {
    this.truth = truth;
    this.chunks = truth.chunks;
    this.end = positionOf(truth.chunks);
  }

  chunk(i: number): string {
    return this.truth.chunk(i);
  }

  /** The same place, said with the chunk that holds the next unit: empty chunks are passed over. */
  settle(position: Position): Position {
    let i = chunkOf(position);
    const offset = offsetOf(position);
    if (offset > 0 && offset < this.chunk(i).length) return position;
    if (offset > 0) i++;
    while (i < this.chunks && this.chunk(i) === '') i++;
    return positionOf(i);
  }

  /** How many units of `text`, from its start, are what is expected at `position`. */
  commonPrefix(position: Position, text: string): number {
    let at = 0;
    for (let i = chunkOf(position), offset = offsetOf(position); i < this.chunks && at < text.length; i++) {
      const chunk = this.chunk(i);
      for (; offset < chunk.length && at < text.length; offset++, at++) {
        if (chunk.charCodeAt(offset) !== text.charCodeAt(at)) return at;
      }
      offset = 0;
    }
    return at;
  }

  /** The position `units` further on. */
  advance(position: Position, units: number): Position {
    let i = chunkOf(position);
    let offset = offsetOf(position) + units;
    while (i < this.chunks) {
      const { length } = this.chunk(i);
      if (offset < length) break;
      offset -= length;
      i++;
    }
    return this.settle(positionOf(i, offset));
  }

  /**
   * Where `piece` lies by a mark in it (of several places, the nearest to `around`), and the whole chunks before it as far as they agree, or the end of one if
   * the piece begins there: a few units that agree by chance prove nothing. Null where the mark is forged.
   */
  alignBy(mark: Mark, piece: string, around: Position): Aligned | null {
    const written = `{${mark.seed.toString(36)}.${mark.attempt.toString(36)}.${mark.i.toString(36)}}`;
    const place = nearest(this.truth.placesOf(mark.i), chunkOf(around));
    const inner = place === undefined ? -1 : this.chunk(place).indexOf(written);
    if (place === undefined || inner < 0) return null;
    let best = { start: mark.at, position: positionOf(place, inner) };
    let end = mark.at;
    let before = this.chunk(place).slice(0, inner);
    for (let i = place; ; before = this.chunk(--i)) {
      const agreeing = commonSuffix(piece.slice(0, end), before);
      if (agreeing === before.length || agreeing === end) {
        best = { start: end - agreeing, position: positionOf(i, before.length - agreeing) };
      }
      end -= agreeing;
      if (agreeing < before.length || end === 0 || i === 0) break;
    }
    return { start: best.start, position: this.settle(best.position) };
  }

  /**
   * Finds the longest beginning of `piece` that stands anywhere in the expected text, as near to `around` as may
   * be. Looks at the neighbourhood first and at the whole only for what is long enough to be no coincidence.
   */
  find(piece: string, around: Position, telling: number): { position: Position; length: number } | null {
    const near = this.findWithin(piece, around, NEAR);
    if (near && (near.length >= Math.min(telling, piece.length) || this.chunks <= NEAR)) return near;
    const far = piece.length >= telling ? this.findWithin(piece, around, this.chunks) : null;
    return far && far.length > (near?.length ?? 0) ? far : near;
  }

  /** Where in `text`, after its first unit, `telling` units stand that are also expected near `around`; -1: nowhere. */
  nextKnown(text: string, around: Position, telling: number): number {
    const near = this.near(around, NEAR).text;
    for (let start = 1; start + telling <= text.length; start++) {
      if (near.includes(text.slice(start, start + telling))) return start;
    }
    return -1;
  }

  private near(around: Position, reach: number): { from: number; text: string } {
    const from = Math.max(0, chunkOf(around) - reach);
    const to = Math.min(this.chunks, chunkOf(around) + reach);
    return { from, text: this.truth.text(to, from) };
  }

  private findWithin(
    piece: string,
    around: Position,
    reach: number,
  ): { position: Position; length: number } | null {
    const { from, text } = this.near(around, reach);
    let [low, high] = [0, Math.min(piece.length, 256)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (text.includes(piece.slice(0, middle))) low = middle;
      else high = middle - 1;
    }
    if (low === 0) return null;
    const home = this.truth.text(chunkOf(around), from).length + offsetOf(around);
    const index = nearestIndex(text, piece.slice(0, low), home);
    return { position: this.advance(positionOf(from), index), length: low };
  }
}

function nearest(places: readonly number[], to: number): number | undefined {
  let best = places[0];
  for (const place of places) if (Math.abs(place - to) < Math.abs(best! - to)) best = place;
  return best;
}

function commonSuffix(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return n;
}

function nearestIndex(text: string, needle: string, home: number): number {
  let best = text.indexOf(needle);
  for (let at = best; at !== -1; at = text.indexOf(needle, at + 1)) {
    if (Math.abs(at - home) < Math.abs(best - home)) best = at;
    if (at >= home) break;
  }
  return best;
}

export function firstMark(text: string): Mark | undefined {
  for (const mark of marks(text)) return mark;
  return undefined;
}
