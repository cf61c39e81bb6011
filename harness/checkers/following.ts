/**
 * The usual way of a stream: every piece is the next whole chunk of the answer. What that changes in a view is so little
 * that it can be summed up. So as long as it is so, a piece costs one call of the oracle and one comparison of strings;
 * what came meanwhile is brought to the view before anything else happens in the play (`settle`).
 *
 *     piece ──▶ the next chunk?  yes   counted here                 ┐ settle, before any other event,
 *                                no    told to the view as it is    ┘ and before anybody asks
 */
import type { Origin } from './anomaly.ts';
import type { PlayFacts } from './play-facts.ts';
import type { Series } from './series.ts';
import type { Truth } from './truth.ts';
import type { View } from './view.ts';

/** Pieces of one stream that came one after the other, each the next whole chunk. */
export interface Run {
  chunks: number;
  /** UTF-16 units of all of them. */
  units: number;
  /** When the last one came, ms. */
  until: number;
  /** Where it stands in the history. */
  source: string;
  seq: number;
}

export class Following implements Run {
  units = 0;
  until = 0;
  seq = 0;
  private readonly view: View;
  private readonly stream: string;
  private readonly line: Readonly<Origin>;
  private readonly facts: PlayFacts;
  /** Those that have something to settle. */
  private readonly unsettled: Following[];
  private truth: Truth | null = null;
  private growth: Series;
  private from = 0;
  private next = 0;
  /** The first chunk that is for the view to look at: until it was asked, the very next. */
  private end = 0;

  /** @param line the last line of the history that its source has written; it goes on */
  constructor(view: View, stream: string, line: Readonly<Origin>, facts: PlayFacts, unsettled: Following[]) {
    this.view = view;
    this.stream = stream;
    this.line = line;
    this.facts = facts;
    this.unsettled = unsettled;
    this.growth = view.growth;
  }

  get chunks(): number {
    return this.next - this.from;
  }

  get source(): string {
    return this.line.source;
  }

  /**
   * Takes a piece that is the next whole chunk of the answer, and nothing else.
   *
   * @param t when it came, ms, by a clock without an error
   * @returns false: nothing was taken, the piece is to be told to the judge
   */
  takes(text: string, t: number): boolean {
    if (text !== this.expected()) return false;
    this.take(text, t);
    return true;
  }

  /** The text of the piece that it takes next; null: none, whatever it be. */
  expected(): string | null {
    if (this.next >= this.end && !this.begin()) return null;
    return this.truth!.chunk(this.next);
  }

  /** Takes a piece that is as expected. @param t when it came, ms, by a clock without an error */
  take(text: string, t: number): void {
    this.next++;
    this.units += text.length;
    this.until = t;
    this.seq = this.line.seq;
    this.growth.push(t, this.next);
  }

  private begin(): boolean {
    // Past the chunks that stand where the oracle has them, the view knows more.
    if (this.end > 0) return false;
    const next = this.view.nextBy(this.stream);
    if (next === null) return false;
    const { truth } = this.view;
    if (next >= truth.straight) return false;
    this.truth = truth;
    this.from = next;
    this.next = next;
    this.end = truth.straight;
    this.unsettled.push(this);
    return true;
  }

  /** The view knows all that came. */
  settle(): void {
    if (this.next > this.from) {
      this.view.advance(this);
      this.facts.tick(this.until, 0);
    }
    this.units = 0;
    this.from = 0;
    this.next = 0;
    this.end = 0;
  }
}
