/** A list that never grows beyond its limit: when it is full, every other item goes, and of what comes fewer are kept. */
export interface Thinned<T> {
  push(item: T): void;
  /** What was kept, evenly over all that came. */
  readonly items: readonly T[];
  /** How many came. */
  readonly total: number;
}

export function createThinned<T>(limit: number): Thinned<T> {
  let items: T[] = [];
  let stride = 1;
  let total = 0;
  return {
    push(item) {
      if (total++ % stride !== 0) return;
      if (items.length >= limit) {
        items = items.filter((_, i) => i % 2 === 0);
        stride *= 2;
        if ((total - 1) % stride !== 0) return;
      }
      items.push(item);
    },
    get items() {
      return items;
    },
    get total() {
      return total;
    },
  };
}
