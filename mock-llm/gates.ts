/**
 * Barriers: per seed, how far its calls may go. What a call does is counted in steps:
 *
 *     -1        0 … n-1           n
 *     opening   chunk by chunk    the end
 *
 * A gate at `k` lets the steps below k pass. So "none" (-1) leaves an opened call unanswered, 0 lets headers and
 * role out but no content, k lets chunks 0 … k-1 out, n lets everything out but the end, "all" is no gate.
 */
export type Allow = 'none' | 'all' | number;

export class Gates {
  readonly #limits = new Map<number, number>();
  readonly #waiting = new Map<number, Set<() => void>>();

  /** May be set before the call exists, and below what is already written: the call then holds where it is. */
  set(seed: number, allow: Allow): void {
    if (allow === 'all') this.#limits.delete(seed);
    else this.#limits.set(seed, allow === 'none' ? -1 : allow);
    for (const wake of [...(this.#waiting.get(seed) ?? [])]) wake();
  }

  get(seed: number): Allow {
    const limit = this.#limits.get(seed);
    if (limit === undefined) return 'all';
    return limit === -1 ? 'none' : limit;
  }

  passes(seed: number, step: number): boolean {
    return step < (this.#limits.get(seed) ?? Number.POSITIVE_INFINITY);
  }

  /** Calls `wake` whenever the gate is set. Returns what ends that. */
  watch(seed: number, wake: () => void): () => void {
    const watchers = this.#waiting.get(seed) ?? new Set();
    this.#waiting.set(seed, watchers.add(wake));
    return () => {
      watchers.delete(wake);
      if (watchers.size === 0 && this.#waiting.get(seed) === watchers) this.#waiting.delete(seed);
    };
  }
}
