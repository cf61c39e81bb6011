/**
 * Many small statements in few: writes, or reads of one kind. The first goes at once; what comes while it is under way
 * waits, and goes together in the next. Nothing waits for a clock, so a lone one is not delayed, and the statements
 * grow with the load by themselves.
 *
 *     add ──► waiting ──► a statement at a time ──► settled
 *                ▲                  │
 *                └── out of reach ◄─┴─► refused: each alone
 */
import { setTimeout as delay } from 'node:timers/promises';
import { FIRST_PAUSE, LONGEST_PAUSE } from '../retry.ts';

/** @typeParam T one thing to be done. @typeParam R what is told of it */
export interface Statement<T, R> {
  /**
   * Does all or none.
   *
   * @param again one of them may be done already: the answer to an earlier statement was lost
   * @returns what is to be told of each
   */
  together(all: readonly T[], again: boolean): Promise<(one: T) => R>;
  /** Does one, for as long as it takes. */
  alone(one: T): Promise<R>;
  /** How much text it takes or brings, UTF-16 units. */
  weigh(one: T): number;
  /** Whether a failure says that the database cannot be reached, rather than that it refused. */
  isUnavailable(error: unknown): boolean;
}

interface Waiting<T, R> {
  one: T;
  settle: PromiseWithResolvers<R>;
  giveUpAt: number;
  again: boolean;
}

/** Of one statement, so that it neither takes long nor has to be repeated in large. Text in UTF-16 units. */
const MOST_AT_ONCE = 500;
/** So many have to wait before another statement goes beside the one under way: the more, the cheaper each is. */
const MANY = 100;
const MOST_TEXT = 1 << 20;

export class Combiner<T, R> {
  #waiting: Waiting<T, R>[] = [];
  /** Statements under way, or about to be tried again. */
  #busy = 0;
  /** How many have been begun that do many together. */
  statements = 0;
  readonly #statement: Statement<T, R>;
  readonly #bound: number;
  readonly #once: boolean;
  readonly #beside: number;

  /**
   * @param bound ms after which what does not reach the database is given up; `once`: what did not reach it is not tried
   *   again, and what has not been tried yet is
   * @param beside statements that may be under way together, where many wait: of what does not have to come one after
   *   the other, since the database has more than one processor
   */
  constructor(statement: Statement<T, R>, bound: number | 'once', beside = 1) {
    this.#statement = statement;
    this.#beside = beside;
    this.#once = bound === 'once';
    this.#bound = bound === 'once' ? Number.POSITIVE_INFINITY : bound;
  }

  /** @throws what the database said last, where it was not reached within the bound, or refused this one */
  add(one: T): Promise<R> {
    const settle = Promise.withResolvers<R>();
    this.#waiting.push({ one, settle, giveUpAt: performance.now() + this.#bound, again: false });
    if (this.#busy === 0 || (this.#busy < this.#beside && this.#waiting.length >= MANY)) void this.#work();
    return settle.promise;
  }

  async #work(): Promise<void> {
    this.#busy += 1;
    for (let pause = 0; this.#waiting.length > 0; ) {
      if (pause > 0) await delay(pause);
      const reached = await this.#do(this.#take());
      pause = reached ? 0 : Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
    }
    this.#busy -= 1;
  }

  #take(): Waiting<T, R>[] {
    let text = 0;
    const end = this.#waiting.findIndex(({ one }, i) => {
      text += this.#statement.weigh(one);
      return i === MOST_AT_ONCE || (i > 0 && text > MOST_TEXT);
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  /** @returns whether the database could be reached */
  async #do(batch: Waiting<T, R>[]): Promise<boolean> {
    this.statements += 1;
    try {
      const told = await this.#statement.together(
        batch.map(({ one }) => one),
        batch.some(({ again }) => again),
      );
      for (const { one, settle } of batch) settle.resolve(told(one));
      return true;
    } catch (error) {
      if (this.#statement.isUnavailable(error)) {
        this.#putBack(batch, error);
        return false;
      }
      // One of them may be at fault, or somebody holds its row: the others must not suffer for it.
      for (const { one, settle } of batch) this.#statement.alone(one).then(settle.resolve, settle.reject);
      return true;
    }
  }

  /** Nor will those be reached that have not been tried. */
  #putBack(batch: Waiting<T, R>[], error: unknown): void {
    const now = performance.now();
    for (const each of batch) each.again = true;
    this.#waiting = [...batch, ...this.#waiting].filter(({ giveUpAt, again, settle }) => {
      if (now < giveUpAt && !(again && this.#once)) return true;
      settle.reject(error);
      return false;
    });
  }
}
