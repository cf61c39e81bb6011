/**
 * When to save: every so many chunks, or so long after the first unsaved one. One save at a time, so that they
 * land in order; chunks that come meanwhile go into the next.
 */
export class Checkpoints {
  /** Chunks that are in the database. */
  saved: number;
  #taken: number;
  #saving: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Chunks that the latest save, done or under way, holds. */
  #covered: number;
  /** When the first chunk came that the latest save does not hold. */
  #waitingSince = 0;
  #stopped = false;
  readonly #every: number;
  readonly #within: () => number;
  readonly #save: () => Promise<void>;
  readonly #landed: () => void;

  /**
   * @param every chunks
   * @param within ms, as it is now
   * @param save saves all that was taken when it is called; a rejection stops further saves
   * @param landed `saved` has grown
   * @param saved chunks that are in the database from the start
   */
  constructor(every: number, within: () => number, save: () => Promise<void>, landed: () => void, saved = 0) {
    this.saved = saved;
    this.#taken = saved;
    this.#covered = saved;
    this.#every = every;
    this.#within = within;
    this.#save = save;
    this.#landed = landed;
  }

  /** Tells that there are `count` chunks now. */
  taken(count: number): void {
    if (this.#taken === this.#covered) this.#waitingSince = performance.now();
    this.#taken = count;
    this.#schedule();
  }

  /** Tells that `within` has become shorter. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  /** Lets the save that is under way land, and begins no other. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#saving;
  }

  #schedule(): void {
    if (this.#stopped || this.#saving || this.#taken === this.saved) return;
    if (this.#taken - this.saved >= this.#every) {
      this.#begin();
    } else {
      this.#timer ??= setTimeout(
        () => this.#begin(),
        Math.max(0, this.#waitingSince + this.#within() - performance.now()),
      );
    }
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#covered = this.#taken;
    this.#saving = this.#save().then(
      () => {
        this.saved = this.#covered;
        this.#saving = undefined;
        this.#landed();
        this.#schedule();
      },
      () => {
        this.#stopped = true;
      },
    );
  }
}
