/** Which task is next: the longest, for the end must not wait for one of them; and not too many with pages at a time. */
import type { Task } from './tasks.ts';

export interface Turns {
  /** undefined: there is nothing left for whoever asks. */
  next(): Task | undefined;
  done(task: Task): void;
}

/**
 * At most every second stack has pages: what those take of the machine the others would lack, and whatever must come in
 * bounded time would be `unknown` for want of a processor.
 *
 * @param jobs how many stacks stand side by side
 */
export function createTurns(tasks: readonly Task[], jobs: number): Turns {
  const waiting = tasks.toSorted(longestFirst);
  const most = Math.ceil(jobs / 2);
  let withPages = 0;
  return {
    next() {
      const at = waiting.findIndex((task) => !hasPages(task) || withPages < most);
      const [task] = at === -1 ? [] : waiting.splice(at, 1);
      if (task && hasPages(task)) withPages++;
      return task;
    },
    done(task) {
      if (hasPages(task)) withPages--;
    },
  };
}

const hasPages = ({ driver }: Task) => driver === 'browser';

/** Nothing takes longer than many plays on one stack, and than pages. */
const longestFirst = (a: Task, b: Task) =>
  b.scenarios.length - a.scenarios.length || Number(hasPages(b)) - Number(hasPages(a));
