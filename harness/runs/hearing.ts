/** Notices, as a play's history is written, when a reader gets something of an answer. */
import type { HistoryEvent, Recorder, SendSeed } from '../history/index.ts';

export interface Hearing {
  /** Passes events on, and notices. */
  recorder: Recorder;
  /**
   * Resolves when the next frame of a stream of this send is passed on to its reader; `anew`: of a stream that was
   * asked for after this call.
   */
  heard(send: SendSeed, anew?: boolean): Promise<void>;
}

interface Waiting {
  tell(): void;
  /** Exchanges that were open already, and do not count. */
  except: ReadonlySet<string>;
}

export function hearing(recorder: Recorder): Hearing {
  const sendOfStream = new Map<string, SendSeed>();
  const sendOfExchange = new Map<string, SendSeed>();
  const open = new Set<string>();
  const waiting = new Map<SendSeed, Waiting[]>();

  function notice(event: HistoryEvent): void {
    if (event.type === 'stream.open') sendOfStream.set(event.stream, event.send);
    else if (event.type === 'wire.open') {
      open.add(event.exchange);
      const send = event.stream === undefined ? undefined : sendOfStream.get(event.stream);
      if (send !== undefined) sendOfExchange.set(event.exchange, send);
    } else if (event.type === 'wire.close') {
      open.delete(event.exchange);
      sendOfExchange.delete(event.exchange);
    } else if (event.type === 'wire.frame' && !event.dropped) {
      // A page does not name its streams: they go by their exchanges.
      const send = sendOfExchange.get(event.exchange) ?? sendOfStream.get(event.exchange);
      if (send === undefined) return;
      const [others, told] = partition(waiting.get(send) ?? [], ({ except }) => !except.has(event.exchange));
      for (const { tell } of told) tell();
      waiting.set(send, others);
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
    heard: (send, anew = false) =>
      new Promise((tell) => {
        const except = anew ? new Set(open) : NONE;
        waiting.set(send, [...(waiting.get(send) ?? []), { tell, except }]);
      }),
  };
}

const NONE: ReadonlySet<string> = new Set();

/** @returns those that are not, and those that are */
function partition<T>(items: readonly T[], is: (item: T) => boolean): [T[], T[]] {
  return [items.filter((item) => !is(item)), items.filter(is)];
}
