import { Transform } from 'node:stream';

/**
 * Passes on what comes, each piece when its own delay is over and all before it was passed on. Delays run side by
 * side: a long way is not a narrow one.
 */
export function later(delay: () => Promise<unknown>): Transform {
  let last: Promise<unknown> = Promise.resolve();
  return new Transform({
    transform(bytes: Buffer, _, taken) {
      const due = delay();
      last = last.then(() => due).then(() => this.push(bytes));
      taken();
    },
    flush(done) {
      void last.then(() => done());
    },
  });
}
