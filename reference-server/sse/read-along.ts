/** Sending an answer to one reader: of a generation that runs here, or out of the database. */
import { failure } from '../errors.ts';
import type { Outcome, Place, Readable } from '../generation/generation.ts';
import type { MessageRow } from '../store/messages.ts';
import { formatCursor } from './cursor.ts';
import type { EventStream } from './event-stream.ts';

/** What is missing from `place` on, then live, then the end. A reader that does not keep up gets several chunks in one event. */
export function readAlong(generation: Readable, stream: EventStream, place: Place): void {
  let at = place;
  const pull = () => {
    for (;;) {
      if (stream.full) return;
      const piece = generation.since(at);
      if (!piece) break;
      at = piece.at;
      sendChunk(stream, generation.id, piece.text, at);
    }
    if (generation.outcome) {
      stop();
      sendDone(stream, generation.id, generation.outcome);
    } else if (generation.abandoned) {
      stop();
      stream.cut();
    }
  };
  const detach = generation.attach(pull);
  const forgetRoom = stream.onRoom(pull);
  const stop = () => {
    detach();
    forgetRoom();
  };
  stream.closed.addEventListener('abort', stop);
  pull();
}

/** The same out of the database: what is saved, then what another instance saves, then the end. */
export async function readSaved(
  id: string,
  read: () => Promise<MessageRow | undefined>,
  wait: () => Promise<void>,
  stream: EventStream,
  from: number,
): Promise<void> {
  let length = from;
  while (!stream.closed.aborted) {
    await stream.room();
    const row = await read();
    if (!row) return stream.cut();
    if (row.content.length > length) {
      const text = row.content.slice(length);
      length = row.content.length;
      sendChunk(stream, id, text, { length, chunks: row.chunk_count });
    }
    if (row.status !== 'generating') return sendDone(stream, id, outcomeOf(row, row.status));
    await wait();
  }
}

function outcomeOf(row: MessageRow, status: Outcome['status']): Outcome {
  return { status, length: row.content.length, ...(row.error_code && { error: failure(row.error_code) }) };
}

export function sendChunk(stream: EventStream, id: string, text: string, { length, chunks }: Place): void {
  stream.send('chunk', formatCursor(id, length), { text, index: Math.max(0, chunks - 1) });
}

export function sendDone(stream: EventStream, id: string, outcome: Outcome): void {
  stream.send('done', formatCursor(id, outcome.length), outcome);
  stream.end();
}
