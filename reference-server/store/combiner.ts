/**
 * Many small writes in few statements. The first goes at once; what comes while it is under way waits, and goes
 * together in the next. Nothing waits for a clock, so a lone write is not delayed, and the statements grow with the
 * load by themselves.
 *
 *     add ──► waiting ──► one statement at a time ──► settled
 *                ▲                  │
 *                └── out of reach ◄─┴─► refused: each alone
 */
import { setTimeout as delay } from 'node:timers/promises';
import { FIRST_PAUSE, LONGEST_PAUSE } from '../retry.ts';

export interface Write {
  id: string;
  text: string;
}

export interface Statement<T> {
  /**
   * Writes all or none.
   *
   * @param again one of them may be there already: the answer to an earlier statement was lost
   * @returns the ids of those that still were the caller's to write
   */
  together(writes: readonly T[], again: boolean): Promise<ReadonlySet<string>>;
  /** Writes one, for as long as it takes. @returns whether it still was the caller's to write */
  alone(write: T): Promise<boolean>;
  /** Whether a failure says that the database cannot be reached, rather than that it refused. */
  isUnavailable(error: unknown): boolean;
}

interface Waiting<T> {
  write: T;
  settle: PromiseWithResolvers<boolean>;
  giveUpAt: number;
  again: boolean;
}

/** Of one statement, so that it neither takes long nor has to be repeated in large. Text in UTF-16 units. */
const MOST_WRITES = 500;
const MOST_TEXT = 1 << 20;

export class Combiner<T extends Write> {
  #waiting: Waiting<T>[] = [];
  #busy = false;
  /** How many have been begun that write together. */
  statements = 0;
  readonly #statement: Statement<T>;
  readonly #bound: number;

  /** @param bound ms after which a write that does not reach the database is given up */
  constructor(statement: Statement<T>, bound: number) {
    this.#statement = statement;
    this.#bound = bound;
  }

  /**
   * @returns whether it still was the caller's to write
   * @throws what the database said last, where it could not be written within the bound
   */
  add(write: T): Promise<boolean> {
    const settle = Promise.withResolvers<boolean>();
    this.#waiting.push({ write, settle, giveUpAt: performance.now() + this.#bound, again: false });
    if (!this.#busy) void this.#work();
    return settle.promise;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let pause = 0; this.#waiting.length > 0; ) {
      if (pause > 0) await delay(pause);
      const reached = await this.#write(this.#take());
      pause = reached ? 0 : Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
    }
    this.#busy = false;
  }

  #take(): Waiting<T>[] {
    let text = 0;
    const end = this.#waiting.findIndex(({ write }, i) => {
      text += write.text.length;
      return i === MOST_WRITES || (i > 0 && text > MOST_TEXT);
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  /** @returns whether the database could be reached */
  async #write(batch: Waiting<T>[]): Promise<boolean> {
    this.statements += 1;
    try {
      const ours = await this.#statement.together(
        batch.map(({ write }) => write),
        batch.some(({ again }) => again),
      );
      for (const { write, settle } of batch) settle.resolve(ours.has(write.id));
      return true;
    } catch (error) {
      if (this.#statement.isUnavailable(error)) {
        this.#putBack(batch, error);
        return false;
      }
      // One of them may be at fault, or somebody holds its row: the others must not suffer for it.
      for (const { write, settle } of batch) this.#statement.alone(write).then(settle.resolve, settle.reject);
      return true;
    }
  }

  /** Nor will those be reached that have not been tried. */
  #putBack(batch: Waiting<T>[], error: unknown): void {
    const now = performance.now();
    for (const each of batch) each.again = true;
    this.#waiting = [...batch, ...this.#waiting].filter(({ giveUpAt, settle }) => {
      if (now < giveUpAt) return true;
      settle.reject(error);
      return false;
    });
  }
}
