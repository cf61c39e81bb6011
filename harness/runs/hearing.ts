/** Notices, as a play's history is written, when a reader gets something of an answer. */
import type { HistoryEvent, Recorder, SendSeed } from '../history/index.ts';

export interface Hearing {
  /** Passes events on, and notices. */
  recorder: Recorder;
  /** Resolves when the next frame of a stream of this send is passed on to its reader. */
  heard(send: SendSeed): Promise<void>;
}

export function hearing(recorder: Recorder): Hearing {
  const sendOfStream = new Map<string, SendSeed>();
  const sendOfExchange = new Map<string, SendSeed>();
  const waiting = new Map<SendSeed, (() => void)[]>();

  function notice(event: HistoryEvent): void {
    if (event.type === 'stream.open') sendOfStream.set(event.stream, event.send);
    else if (event.type === 'wire.open' && event.stream !== undefined) {
      const send = sendOfStream.get(event.stream);
      if (send !== undefined) sendOfExchange.set(event.exchange, send);
    } else if (event.type === 'wire.close') sendOfExchange.delete(event.exchange);
    else if (event.type === 'wire.frame' && !event.dropped) {
      // A page does not name its streams: they go by their exchanges.
      const send = sendOfExchange.get(event.exchange) ?? sendOfStream.get(event.exchange);
      if (send === undefined) return;
      for (const tell of waiting.get(send) ?? []) tell();
      waiting.delete(send);
    }
  }

  return {
    recorder: {
      ...recorder,
      record(event, when) {
        notice(event);
        return recorder.record(event, when);
      },
    },
    heard: (send) =>
      new Promise((resolve) => {
        waiting.set(send, [...(waiting.get(send) ?? []), resolve]);
      }),
  };
}
