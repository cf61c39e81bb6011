import type { Recorder } from '../history/index.ts';
import type { Meaning } from '../wire/index.ts';

/** What was on the wire in one exchange, as the history tells it. */
export interface Journal {
  open(request: { method: string; path: string; stream: string | undefined; instance: number }): void;
  /** A frame, or a piece of one, was passed on. */
  passed(bytes: number, meaning: Meaning): void;
  /** A fault swallowed it. */
  dropped(bytes: number, meaning: Meaning): void;
  /**
   * Only the first close is one. `http`: status of the response, if its head was passed on; `clean`: a fault ended the
   * body as if it were whole.
   */
  close(by: 'client' | 'target' | 'fault', http: number | undefined, clean?: true): void;
  readonly closed: boolean;
}

export function openJournal(recorder: Recorder, device: string, exchange: string): Journal {
  let closed = false;

  function frame(bytes: number, { text, terminal, keepAlive }: Meaning, dropped: boolean): void {
    recorder.record({
      type: 'wire.frame',
      exchange,
      device,
      bytes,
      text: text?.text.length ?? 0,
      ...(terminal && { terminal: true }),
      ...(keepAlive && { keepAlive: true }),
      ...(dropped && { dropped: true }),
    });
  }

  return {
    open({ method, path, stream, instance }) {
      recorder.record({
        type: 'wire.open',
        exchange,
        device,
        method,
        path,
        ...(stream !== undefined && { stream }),
        instance,
      });
    },
    passed: (bytes, meaning) => frame(bytes, meaning, false),
    dropped: (bytes, meaning) => frame(bytes, meaning, true),
    close(by, http, clean) {
      if (closed) return;
      closed = true;
      recorder.record({
        type: 'wire.close',
        exchange,
        device,
        by,
        ...(by === 'fault' && clean && { clean }),
        ...(http !== undefined && { http }),
      });
    },
    get closed() {
      return closed;
    },
  };
}
