/** What a faithful client holds, told fault by fault. */
import type { FailureStatus } from './fault.ts';

/** Chunks `from` (inclusive) to `to` (exclusive). */
export interface Run {
  from: number;
  to: number;
}

/** `never`: it does not end by itself; a client with patience of its own will end it in an error. */
export type StoryEnd = 'completed' | 'error' | 'never';

export class Story {
  status: 200 | FailureStatus | null = 200;
  readonly runs: Run[] = [];
  end: StoryEnd | null = null;
  exact = true;
  #next = 0;

  /** The chunk that comes next. */
  get next(): number {
    return this.#next;
  }

  /** The reader gets all chunks before `i` that it has not got. */
  goTo(i: number): void {
    if (i > this.#next) this.give(this.#next, i);
    this.#next = Math.max(this.#next, i);
  }

  /** The reader gets these chunks, whatever it has already. */
  give(from: number, to: number): void {
    const last = this.runs.at(-1);
    if (last?.to === from) last.to = to;
    else this.runs.push({ from, to });
  }

  /** They count as given, whoever gave them. */
  skipTo(i: number): void {
    this.#next = i;
  }
}
