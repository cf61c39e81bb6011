/** HTTP as a client sees it that must know exactly how a stream ended; so `node:http`, and no pooling client. */
import { type Agent, type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import { introduce } from '../../faults/readers.ts';
import type { HttpAnswer, HttpRequest } from '../../targets/target.ts';
import { createFramer } from '../../wire/framer.ts';
import type { Frame, Framing } from '../../wire/frames.ts';
import { deadline, type Starved } from '../patience.ts';

export interface Way {
  origin: string;
  agent: Agent;
  headers: Record<string, string>;
  /** What is waited for may take so much longer. */
  starved?: Starved;
  /**
   * Asks again where a kept connection turns out to be gone, as browsers do. For those who are past all faults: of
   * others each broken connection is to be seen.
   */
  asksAgain?: true;
}

/** How a stream ended: cleanly, cut in mid-body, closed by us, or silent for too long. */
export type StreamEnd = 'eof' | 'broken' | 'client' | 'stalled';

export interface Stream {
  /** Hands over frames as they come. Resolves when the stream has ended, in whatever way; rejects with what `onFrame` threw. */
  read(onFrame: (frame: Frame) => void): Promise<StreamEnd>;
  close(): void;
}

/** Sends a request and reads the whole answer. Rejects where no complete answer came within `timeout` ms. */
export async function exchange(way: Way, what: HttpRequest, timeout: number): Promise<HttpAnswer> {
  const asked = ask(way, what);
  const late = () => asked.leave(new Error(`no complete answer within ${timeout} ms`));
  const bound = deadline(timeout, late, way.starved);
  try {
    const response = await asked.answer;
    return { status: response.statusCode ?? 0, headers: response.headers, body: await body(response) };
  } finally {
    bound.clear();
  }
}

/**
 * Opens a stream.
 *
 * @param silence ms without a byte after which the stream counts as stalled and is closed
 * @param left aborted when nobody wants it any more, before or after it was opened
 * @returns the answer where it was not 2xx; the stream otherwise
 * @throws where the connection broke, was left or was silent before the answer was there
 */
export async function openStream(
  way: Way,
  what: HttpRequest,
  framing: Framing,
  silence: number,
  left?: AbortSignal,
): Promise<{ refused: HttpAnswer } | { status: number; stream: Stream }> {
  const asked = ask(way, what);
  const leave = () => asked.leave(new Error('nobody waits for the answer any more'));
  left?.addEventListener('abort', leave);
  const late = () => asked.leave(new Error(`no answer within ${silence} ms`));
  const bound = deadline(silence, late, way.starved);
  try {
    if (left?.aborted) leave();
    const response = await asked.answer;
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      return { refused: { status, headers: response.headers, body: await body(response) } };
    }
    return { status, stream: streamOf(response, framing, way, silence, left) };
  } finally {
    bound.clear();
    left?.removeEventListener('abort', leave);
  }
}

function streamOf(
  response: IncomingMessage,
  framing: Framing,
  { starved }: Way,
  silence: number,
  left?: AbortSignal,
): Stream {
  let how: StreamEnd | undefined;
  const endAs = (end: StreamEnd) => {
    how ??= end;
    response.destroy();
  };
  const leave = () => endAs('client');
  left?.addEventListener('abort', leave);
  return {
    read(onFrame) {
      const framer = createFramer(framing);
      return new Promise((resolve, reject) => {
        const bound = deadline(silence, () => endAs('stalled'), starved);
        const over = (end: StreamEnd) => {
          bound.clear();
          left?.removeEventListener('abort', leave);
          how ??= end;
          resolve(how);
        };
        response.on('data', (bytes: Buffer) => {
          bound.refresh();
          try {
            for (const frame of framer.push(bytes)) if (how === undefined) onFrame(frame);
          } catch (error) {
            // What a frame means is its reader's business; that it failed must not end with the process.
            reject(error);
            endAs('client');
          }
        });
        response.on('end', () => over('eof'));
        response.on('error', () => over('broken'));
        response.on('close', () => over('broken'));
        if (response.closed) over('broken');
      });
    },
    close: leave,
  };
}

interface Asked {
  answer: Promise<IncomingMessage>;
  leave(why: Error): void;
}

function ask(way: Way, what: HttpRequest): Asked {
  let outgoing = request(way, what);
  const answer = answerTo(outgoing).catch((error: NodeJS.ErrnoException) => {
    const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
    if (!way.asksAgain || !isStale || what.method !== 'GET') throw error;
    outgoing = request(way, what);
    return answerTo(outgoing);
  });
  return { answer, leave: (why) => outgoing.destroy(why) };
}

function request(way: Way, what: HttpRequest): ClientRequest {
  const payload = what.json === undefined ? undefined : JSON.stringify(what.json);
  const headers: Record<string, string | number> = { ...way.headers, ...what.headers };
  if (payload !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = Buffer.byteLength(payload);
  }
  const outgoing = openRequest(new URL(what.path, way.origin), {
    method: what.method,
    agent: way.agent,
    headers,
  });
  // The fault proxy is to know what it has read.
  outgoing.once('socket', introduce);
  // After the answer nobody else listens; what breaks then is told by the answer's own events.
  outgoing.on('error', () => {});
  outgoing.end(payload);
  return outgoing;
}

function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', (response) => {
      // Whoever reads listens; this keeps an error before that from being unhandled.
      response.on('error', () => {});
      resolve(response);
    });
    outgoing.once('error', reject);
  });
}

async function body(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
