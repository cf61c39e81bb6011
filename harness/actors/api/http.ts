/** HTTP as a client sees it that must know exactly how a stream ended; so `node:http`, and no pooling client. */
import { type Agent, type IncomingMessage, request } from 'node:http';
import type { HttpAnswer, HttpRequest } from '../../targets/target.ts';
import type { Frame, Framing } from '../../wire/frames.ts';
import { createFramer } from '../../wire/framer.ts';

export interface Way {
  origin: string;
  agent: Agent;
  headers: Record<string, string>;
}

/** How a stream ended: cleanly, cut in mid-body, closed by us, or silent for too long. */
export type StreamEnd = 'eof' | 'broken' | 'client' | 'stalled';

export interface Stream {
  /** Hands over frames as they come. Resolves when the stream has ended, in whatever way. */
  read(onFrame: (frame: Frame) => void): Promise<StreamEnd>;
  close(): void;
}

/** Sends a request and reads the whole answer. Rejects where no complete answer came within `timeout` ms. */
export async function exchange(way: Way, what: HttpRequest, timeout: number): Promise<HttpAnswer> {
  const response = await send(way, what, AbortSignal.timeout(timeout));
  return { status: response.statusCode ?? 0, headers: response.headers, body: await body(response) };
}

/**
 * Opens a stream.
 *
 * @param silence ms without a byte after which the stream counts as stalled and is closed
 * @returns the answer where it was not 2xx; the stream otherwise
 * @throws where the connection broke before the response headers
 */
export async function openStream(
  way: Way,
  what: HttpRequest,
  framing: Framing,
  silence: number,
): Promise<{ refused: HttpAnswer } | { status: number; stream: Stream }> {
  const abort = new AbortController();
  const response = await send(way, what, abort.signal, silence);
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) {
    return { refused: { status, headers: response.headers, body: await body(response) } };
  }
  return { status, stream: streamOf(response, abort, framing, silence) };
}

function streamOf(response: IncomingMessage, abort: AbortController, framing: Framing, silence: number): Stream {
  let closed = false;
  let stalled = false;
  return {
    read(onFrame) {
      const framer = createFramer(framing);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          stalled = true;
          abort.abort();
        }, silence);
        const end = (how: StreamEnd) => {
          clearTimeout(timer);
          resolve(closed ? 'client' : stalled ? 'stalled' : how);
        };
        response.on('data', (bytes: Buffer) => {
          timer.refresh();
          for (const frame of framer.push(bytes)) if (!closed) onFrame(frame);
        });
        response.on('end', () => end('eof'));
        response.on('error', () => end('broken'));
        response.on('close', () => end('broken'));
        if (response.closed) end('broken');
      });
    },
    close() {
      closed = true;
      abort.abort();
    },
  };
}

function send(way: Way, what: HttpRequest, signal: AbortSignal, headersWithin?: number): Promise<IncomingMessage> {
  const payload = what.json === undefined ? undefined : JSON.stringify(what.json);
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(what.path, way.origin), {
      method: what.method,
      agent: way.agent,
      signal,
      headers: {
        ...way.headers,
        ...what.headers,
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
      },
    });
    const timer =
      headersWithin === undefined
        ? undefined
        : setTimeout(() => outgoing.destroy(new Error(`no answer within ${headersWithin} ms`)), headersWithin);
    outgoing.on('response', (response) => {
      clearTimeout(timer);
      // An abort destroys the response with an error; whoever reads listens, this keeps it from being unhandled.
      response.on('error', () => {});
      resolve(response);
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(payload);
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
