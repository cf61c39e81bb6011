/** What readers have on their tape, as events that can be judged. */
import type { HistoryEvent, SendSpec } from '../../harness/history/index.ts';
import type { PlayBooks } from '../../harness/load/engine/books.ts';
import { reference } from '../../harness/targets/reference.ts';
import { createFrameReader, type FrameReader } from '../../harness/wire/frame-reader.ts';
import type { Taped } from './tape.ts';

interface Told {
  record(event: HistoryEvent, t: number): void;
}

const ACTOR = 'reader';

/** @param toldOf where the events of an answer go, with when they were, ms */
export function tell(
  { connections, bytes, pieces }: Taped,
  toldOf: (answer: number) => Told & { spec: SendSpec; session: string },
): void {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readers: FrameReader[] = [];
  /** When the bytes came that are being read. */
  let at = 0;
  const ended = new Set<number>();
  for (const [n, { answer, cursor, opened }] of connections.entries()) {
    const { record, spec, session } = toldOf(answer);
    const send = spec.seed;
    const [view, stream] = [`view-${answer}`, `stream-${n}`];
    const fields = { op: `send-${answer}`, f: 'send', actor: ACTOR, session, send } as const;
    if (cursor === null) {
      record({ type: 'view.open', view, actor: ACTOR, send, kind: 'live' }, opened);
      record({ type: 'invoke', ...fields, spec }, opened);
    }
    record({ type: 'stream.open', stream, view, send, actor: ACTOR, cursor }, opened);
    let isFirst = cursor === null;
    readers.push(
      createFrameReader(reference.framing, (frame) => {
        const { text, terminal: state, length } = reference.decode(frame);
        if (isFirst) record({ type: 'ok', ...fields, http: 200 }, at);
        isFirst = false;
        if (text) record({ type: 'seen', view, send, how: text.how, text: text.text, stream }, at);
        if (state === undefined) return;
        const told = length === undefined ? {} : { length };
        record({ type: 'state', from: 'stream', actor: ACTOR, send, asked: at, state, ...told }, at);
        record({ type: 'view.end', view, send, state }, at);
        ended.add(n);
      }),
    );
  }
  for (let p = 0; p < pieces.length; p += 4) {
    at = pieces[p + 1]!;
    readers[pieces[p]!]!.read(all, pieces[p + 2]!, pieces[p + 3]!);
  }
  for (const [n, { answer, how, closed }] of connections.entries()) {
    const { record, spec } = toldOf(answer);
    const why = ended.has(n) ? 'terminal' : how === 'cut' ? 'client' : how === 'eof' ? 'eof' : 'broken';
    record(
      { type: 'stream.close', stream: `stream-${n}`, view: `view-${answer}`, send: spec.seed, why },
      closed,
    );
  }
}

/** The books of a play whose events are told with the time at which they happen. */
export function booksOf(record: (event: HistoryEvent, t?: number) => void): PlayBooks {
  return {
    record: (event) => record(event),
    seen: (view, send, how, text, t, stream) =>
      record({ type: 'seen', view, send, how, text, ...(stream && { stream }) }, t),
    follow: () => undefined,
    pass: (event) => record(event),
  };
}
