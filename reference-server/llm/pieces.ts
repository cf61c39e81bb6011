/**
 * The pieces of a body, as they come. A stream's own iterator does more for each piece than there is to do, which is
 * felt where every token is one.
 */
import type { IncomingMessage } from 'node:http';

/** Pieces that wait for whoever reads, before the peer has to. */
const MOST_WAITING = 64;

/**
 * Ends with the body; what came before it broke off is given out first. Whoever stops early leaves the connection as
 * it is.
 *
 * @throws the error by which it broke off
 */
export function piecesOf(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let over: { error: unknown } | undefined;
  let reader: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;

  const take = (piece: Uint8Array) => {
    if (!reader) {
      if (waiting.push(piece) >= MOST_WAITING) response.pause();
      return;
    }
    const { resolve } = reader;
    reader = undefined;
    resolve({ done: false, value: piece });
  };
  const end = (error?: unknown) => {
    over ??= { error };
    if (!reader) return;
    const waits = reader;
    reader = undefined;
    last(over, waits);
  };
  const close = () =>
    end(response.readableEnded ? undefined : new Error('the connection closed in mid-body'));

  response.on('error', end).on('end', () => end());
  if (response.destroyed) close();
  else response.on('close', close).on('data', take);

  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const value = waiting.shift();
        if (value !== undefined) {
          if (waiting.length === 0 && response.isPaused()) response.resume();
          return Promise.resolve({ done: false, value });
        }
        const result = Promise.withResolvers<IteratorResult<Uint8Array>>();
        if (over) last(over, result);
        else reader = result;
        return result.promise;
      },
      return() {
        response.off('data', take);
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}

function last(
  { error }: { error: unknown },
  { resolve, reject }: PromiseWithResolvers<IteratorResult<Uint8Array>>,
): void {
  if (error === undefined) resolve({ done: true, value: undefined });
  else reject(error);
}
