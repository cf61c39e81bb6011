/** The bad line itself: a hop between a client and what it believes to speak to. */
import { connect, type Socket } from 'node:net';
import type { Shaper } from './shaper.ts';

/**
 * Leads a client's connection on to a port of this machine. Ends and resets are passed on behind the bytes that came
 * before them.
 */
export function leadThrough(shapers: readonly Shaper[], client: Socket, port: number): void {
  const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  const line = shapers.map((shaper) => shaper.open());
  let broken = false;
  client.pipe(far);
  const first = line[0]!;
  const last = line.reduce((from, to) => from.pipe(to));
  far.pipe(first, { end: false });
  last.pipe(client, { end: false });
  far.on('error', () => {
    broken = true;
  });
  far.on('close', () => first.end());
  far.on('end', () => first.end());
  last.on('end', () => {
    if (broken) client.resetAndDestroy();
    else client.end();
  });
  client.on('close', (hadError) => {
    if (hadError || !far.writableEnded) far.resetAndDestroy();
    // Who had said all, and then went away unheard, leaves nobody who would read what still comes.
    else far.destroySoon();
    for (const part of line) part.destroy();
  });
}
