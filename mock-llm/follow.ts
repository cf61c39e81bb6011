/** The ledger as a stream of NDJSON: first what was, then what comes. */
import type { ServerResponse } from 'node:http';
import { now } from './clock.ts';
import { MockLlmError } from './errors.ts';
import type { Ledger } from './ledger.ts';

const HEARTBEAT = 500;
const EVENTS_A_TURN = 256;

/**
 * Writes each event after `after` as a line, for as long as the reader stays. When the kept ones are written, and
 * every 500 ms from then on, a line `{"type":"alive","seq":…,"t":…}` says up to which event all have been.
 * A reader so slow that what it still has to read is dropped is cut off: a gap in a ledger would be a lie.
 *
 * @param chunks whether events of chunks are written too; without them it is a digest, and sequence numbers skip
 * @throws MockLlmError ML_EVENTS_DROPPED, ML_EVENTS_AHEAD, before anything is written
 */
export function follow(ledger: Ledger, after: number, res: ServerResponse, chunks = true): void {
  if (after + 1 < ledger.oldest) {
    throw new MockLlmError('ML_EVENTS_DROPPED', { after, oldest: ledger.oldest });
  }
  if (after > ledger.last) throw new MockLlmError('ML_EVENTS_AHEAD', { after, last: ledger.last });

  let next = after + 1;
  let pumping = false;
  let owesAlive = true;

  const pump = (): void => {
    if (res.destroyed) return;
    if (next < ledger.oldest) {
      res.destroy();
      return;
    }
    const lines: string[] = [];
    for (const event of ledger.events(next, EVENTS_A_TURN)) {
      next = event.seq + 1;
      if (chunks || event.type !== 'llm.chunk') lines.push(`${JSON.stringify(event)}\n`);
    }
    const upToDate = next > ledger.last;
    if (upToDate && owesAlive) {
      lines.push(alive(next - 1));
      owesAlive = false;
    }
    if (!res.write(lines.join(''))) res.once('drain', pump);
    else if (!upToDate) setImmediate(pump);
    else pumping = false;
  };
  const wake = (): void => {
    if (pumping) return;
    pumping = true;
    setImmediate(pump);
  };

  res.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  const stopListening = ledger.listen(wake);
  const heartbeat = setInterval(() => {
    owesAlive = true;
    wake();
  }, HEARTBEAT);
  res.once('close', () => {
    stopListening();
    clearInterval(heartbeat);
  });
  wake();
}

function alive(seq: number): string {
  return `${JSON.stringify({ type: 'alive', seq, t: now() })}\n`;
}
