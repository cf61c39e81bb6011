/**
 * Frames of a stream that are kept back until there are as many as a fault garbles together.
 *
 *     … passed │ without text │ with text   without text   with text │ … passes again
 *                └ is passed    └────── kept, then garbled ─────────┘
 *
 * A stream may end before: then they are let go as they came, and nothing was garbled.
 */
import type { Frame, Meaning } from '../wire/index.ts';
import type { Garbling } from './cuts/index.ts';

export interface Kept {
  frame: Frame;
  meaning: Meaning;
}

export interface Garbled {
  /** What is passed on in their place, in order. */
  pieces: Uint8Array[];
  /** What was kept back for it, in the order in which it came. */
  kept: Kept[];
}

export class Gathering {
  readonly #garbling: Garbling;
  #kept: Kept[] = [];

  constructor(garbling: Garbling) {
    this.#garbling = garbling;
  }

  /** Whether the frame is one to keep: from the first with text on, all are. */
  wants(meaning: Meaning): boolean {
    return this.#kept.length > 0 || hasText(meaning);
  }

  /** @returns undefined as long as there are too few */
  take(kept: Kept): Garbled | undefined {
    this.#kept.push(kept);
    const withText = this.#kept.filter(({ meaning }) => hasText(meaning));
    if (withText.length < this.#garbling.frames) return undefined;
    const [ahead, ...behind] = this.#garbling.passes(withText.map(({ frame }) => frame.bytes));
    // What is between two that are garbled together stays where it is.
    const between = this.#kept.slice(1, -1).map(({ frame }) => frame.bytes);
    return { pieces: ahead ? [ahead, ...between, ...behind] : between, kept: this.letGo() };
  }

  /** What is kept back; nothing is any more. */
  letGo(): Kept[] {
    return this.#kept.splice(0);
  }
}

function hasText({ text }: Meaning): boolean {
  return text !== undefined && text.text !== '';
}
