/**
 * An answer that has ended, as the database has it, for who comes back to it soon: its text in one piece and nothing else, for
 * what a generation is made of would be kept alive with it.
 */
import type { Outcome, Piece, Place, Readable } from './generation.ts';
import { splitsCharacter } from './transcript.ts';

export class Finished implements Readable {
  readonly id: string;
  readonly outcome: Outcome;
  readonly abandoned = false;
  readonly #text: string;
  readonly #chunks: number;

  constructor(id: string, outcome: Outcome, text: string, chunks: number) {
    this.id = id;
    this.outcome = outcome;
    this.#text = text;
    this.#chunks = chunks;
  }

  get length(): number {
    return this.#text.length;
  }

  placeAt(length: number): Place | 'past-end' | 'inside-character' {
    if (length > this.length) return 'past-end';
    if (splitsCharacter(this.#text, length)) return 'inside-character';
    return { length, chunks: length < this.length ? 0 : this.#chunks };
  }

  since({ length }: Place): Piece | undefined {
    if (length >= this.length) return undefined;
    return { text: this.#text.slice(length), at: { length: this.length, chunks: this.#chunks } };
  }

  /** Nothing comes any more. */
  attach(): () => void {
    return () => {};
  }
}
