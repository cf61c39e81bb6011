/** The events of a stream, out of its bytes. */
import type { Problem, State } from './message.ts';
import { takingTurns } from './turns.ts';

export type ServerEvent =
  | { type: 'message'; question: string; answer: string }
  /** `end`: how long the answer is with this text, in UTF-16 units. */
  | { type: 'chunk'; text: string; end: number }
  | { type: 'done'; state: State; length: number; problem: Problem | null }
  /** Bytes that carry no event: the connection lives, and that is all they say. */
  | { type: 'nothing' };

/**
 * @param signal ends the reading; the connection is closed then
 * @throws where the connection breaks, and where what comes is not of the protocol
 */
export async function* eventsOf(
  response: Response,
  signal: AbortSignal,
  decode: (bytes: Uint8Array) => string = utf8(),
): AsyncGenerator<ServerEvent, void> {
  const reader = response.body!.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', leave);
  let rest = '';
  try {
    while (!signal.aborted) {
      const { value, done } = await reader.read();
      if (done) return;
      const frames = (rest + decode(value)).split(/\r?\n\r?\n/);
      rest = frames.pop()!;
      const events = frames.flatMap((frame) => eventOf(frame) ?? []);
      if (events.length === 0) yield { type: 'nothing' };
      // What has gathered during a loss or a busy moment comes all at once.
      const turn = takingTurns();
      for (const event of events) {
        const others = turn();
        if (others) await others;
        yield event;
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

/** A character may come in two pieces: what is incomplete waits for the rest of it. */
function utf8(): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder();
  return (bytes) => decoder.decode(bytes, { stream: true });
}

function eventOf(frame: string): ServerEvent | undefined {
  const fields: Record<string, string> = {};
  for (const line of frame.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, '');
  }
  const { event, id = '', data = '' } = fields;
  if (event === 'message') {
    const { user_message_id, message_id } = JSON.parse(data);
    return { type: 'message', question: user_message_id, answer: message_id };
  }
  if (event === 'chunk') return { type: 'chunk', text: JSON.parse(data).text, end: lengthIn(id) };
  if (event === 'done') {
    const { status, length, error } = JSON.parse(data);
    return { type: 'done', state: status, length, problem: error ?? null };
  }
  return undefined;
}

/** A cursor names a message and a length: `<message id>:<length in UTF-16 units>`. */
export function cursorOf(id: string, length: number): string {
  return `${id}:${length}`;
}

function lengthIn(cursor: string): number {
  const length = Number(cursor.slice(cursor.lastIndexOf(':') + 1));
  if (!Number.isInteger(length))
    throw new TypeError(`the server sent a cursor without a length: "${cursor}"`);
  return length;
}
