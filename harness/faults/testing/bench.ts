/** A target that says what a test has it say, the proxy before it, and the journal of the two. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSource, type EventType, type Recorded, type RecordedOf } from '../../history/index.ts';
import type { Decode } from '../../wire/index.ts';
import { type FaultProxy, startFaultProxy } from '../proxy.ts';

/** A short stream with all that a real one has: an opening, text of several bytes a character, pings, an end. */
export const FRAMES = [
  'event: message\ndata: {"id":1}\n\n',
  'data: ab\n\n',
  ': ping\n\n',
  'data: é🌊\n\n',
  'data:\n\n',
  'data: cd\n\n',
  'event: done\ndata: completed\n\n',
].map((text) => Buffer.from(text));

export const decode: Decode = ({ event, data, comment }) => {
  if (comment) return { keepAlive: true };
  if (event === 'done') return { terminal: 'completed' };
  return event === 'message' && !data.startsWith('{') ? { text: { how: 'append', text: data } } : {};
};

/** UTF-16 units of text after each of the first k frames. */
export const TEXT_AFTER = [0, 0, 2, 2, 5, 5, 7, 7];

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Bench extends AsyncDisposable {
  proxy: FaultProxy;
  events: Recorded[];
  of<T extends EventType>(type: T): RecordedOf<T>[];
  /** Origin of the target, for a client that goes around the proxy. */
  target: string;
  /** Requests that the target has had. */
  requests: IncomingMessage[];
  /** Resolves when the target has lost the connection of its first request. */
  left(): Promise<void>;
  /** Resolves when the event has happened, or has been recorded already. */
  recorded(is: (event: Recorded) => boolean): Promise<void>;
  stopTarget(): Promise<void>;
}

export async function startBench(handler: Handler): Promise<Bench> {
  const events: Recorded[] = [];
  const watchers = new Set<() => void>();
  const recorder = createSource('proxy', (event) => {
    events.push(event);
    for (const watcher of watchers) watcher();
  });
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy = await startFaultProxy({ upstream: () => target, framing: 'sse', decode, recorder });
  const stopTarget = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    proxy,
    events,
    of: <T extends EventType>(type: T) => events.filter((event) => event.type === type) as RecordedOf<T>[],
    target,
    requests,
    left: () =>
      new Promise((resolve) => {
        const { socket } = requests[0]!;
        if (socket.destroyed) resolve();
        else socket.once('close', () => resolve());
      }),
    recorded: (is) =>
      new Promise((resolve) => {
        const look = () => {
          if (!events.some(is)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    stopTarget,
    async [Symbol.asyncDispose]() {
      await proxy.close();
      if (server.listening) await stopTarget();
    },
  };
}

/** Streams FRAMES: each on its own, or all in one piece of bytes. */
export function streams(how: 'one by one' | 'in one piece'): Handler {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (how === 'in one piece') {
      response.end(Buffer.concat(FRAMES));
      return;
    }
    let k = 0;
    const next = () => {
      if (k === FRAMES.length) response.end();
      else response.write(FRAMES[k++]!, () => setImmediate(next));
    };
    next();
  };
}

/** Streams what it is handed, when it is handed it, to the latest request. `kill`: closes in mid-body. */
export function streamsByHand(): {
  handler: Handler;
  write(bytes: Buffer | string): void;
  end(): void;
  kill(): void;
} {
  let latest: ServerResponse | undefined;
  const waiting: (Buffer | string)[] = [];
  return {
    handler(_, response) {
      latest = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      for (const bytes of waiting.splice(0)) response.write(bytes);
    },
    write(bytes) {
      if (latest) latest.write(bytes);
      else waiting.push(bytes);
    },
    end: () => latest?.end(),
    kill: () => latest?.socket?.destroySoon(),
  };
}
