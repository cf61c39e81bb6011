/**
 * Which streams feed what a page shows. The page's own requests go through its device's listener, each marked with the
 * name of its tab; which answer a stream is about follows from its path, once the page shows the target's id of it.
 */
import { now, type RecordedOf, type Recorder, type SendSeed } from '../../history/index.ts';
import type { Target } from '../../targets/target.ts';

export interface Feeds {
  /** For the device's listener: passes on, and notices streams. */
  recorder: Recorder;
  /** The tab is about to ask. */
  asks(tab: string, session: string, send: SendSeed): void;
  /** The tab shows an answer; again whenever it has learnt its id. */
  shows(shown: Fed): void;
  /** The stream by which text that is shown at `t` (ms) came to a view, where one is known. */
  streamOf(view: string, t: number): string | undefined;
}

export interface Fed {
  tab: string;
  view: string;
  send: SendSeed;
  session: string;
  /** The target's id of the answer; empty while unknown. */
  message: string;
}

interface Exchange {
  id: string;
  tab: string;
  opened: RecordedOf<'wire.open'>;
  asked: SendSeed | undefined;
  terminal: boolean;
  closed: RecordedOf<'wire.close'> | undefined;
  fed: Fed | undefined;
}

/** Text is shown with the next frame: so long after its stream has closed it may still be from there, ms. */
const UNTIL_SHOWN = 150;

export function createFeeds(target: Target, recorder: Recorder): Feeds {
  const exchanges = new Map<string, Exchange>();
  const shown = new Map<string, Fed>();
  const asking = new Map<string, { path: string; send: SendSeed }>();

  function noticed(event: RecordedOf<'wire.open' | 'wire.frame' | 'wire.close'>): void {
    if (event.type === 'wire.open') {
      if (event.stream === undefined) return;
      const asked = asking.get(event.stream);
      const asks = event.method !== 'GET' && asked?.path === event.path;
      const exchange: Exchange = {
        id: event.exchange,
        tab: event.stream,
        opened: event,
        asked: asks ? asked.send : undefined,
        terminal: false,
        closed: undefined,
        fed: undefined,
      };
      exchanges.set(exchange.id, exchange);
      for (const fed of shown.values()) attach(exchange, fed);
      return;
    }
    const exchange = exchanges.get(event.exchange);
    if (!exchange) return;
    if (event.type === 'wire.frame') exchange.terminal ||= event.terminal === true && !event.dropped;
    else {
      exchange.closed = event;
      if (exchange.fed) close(exchange, exchange.fed, event);
    }
  }

  function attach(exchange: Exchange, fed: Fed): void {
    if (exchange.fed || exchange.tab !== fed.tab || !isAbout(exchange, fed)) return;
    exchange.fed = fed;
    const { t, err } = exchange.opened;
    recorder.record(
      {
        type: 'stream.open',
        stream: exchange.id,
        view: fed.view,
        send: fed.send,
        actor: fed.tab,
        cursor: null,
      },
      { t, err },
    );
    if (exchange.closed) close(exchange, fed, exchange.closed);
  }

  function isAbout({ asked, opened }: Exchange, { send, session, message }: Fed): boolean {
    if (asked !== undefined) return asked === send;
    if (message === '' || opened.method !== 'GET') return false;
    return pathOf(target.open({ session, message, cursor: null }).path) === pathOf(opened.path);
  }

  function close({ id, terminal }: Exchange, { view, send }: Fed, closed: RecordedOf<'wire.close'>): void {
    const { by, clean, http = 0, t, err } = closed;
    const why = http >= 300 ? 'refused' : terminal ? 'terminal' : clean ? 'eof' : ENDS[by];
    const told = why === 'refused' ? { http } : {};
    recorder.record({ type: 'stream.close', stream: id, view, send, why, ...told }, { t, err });
  }

  return {
    recorder: {
      ...recorder,
      record(event, when) {
        const recorded = recorder.record(event, when);
        if (recorded.type === 'wire.open' || recorded.type === 'wire.frame' || recorded.type === 'wire.close')
          noticed(recorded as RecordedOf<'wire.open' | 'wire.frame' | 'wire.close'>);
        return recorded;
      },
    },
    asks(tab, session, send) {
      asking.set(tab, { path: target.send({ session, text: '', key: '' }).path, send });
    },
    shows(fed) {
      shown.set(fed.view, fed);
      for (const exchange of exchanges.values()) attach(exchange, fed);
    },
    streamOf(view, t) {
      const open = (exchange: Exchange) =>
        exchange.fed?.view === view &&
        exchange.opened.t <= t &&
        (exchange.closed?.t ?? now()) + UNTIL_SHOWN >= t;
      return [...exchanges.values()].findLast(open)?.id;
    },
  };
}

const ENDS = { client: 'client', fault: 'broken', target: 'eof' } as const;

const pathOf = (path: string) => path.split('?', 1)[0];
