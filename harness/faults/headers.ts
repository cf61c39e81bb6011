/** What of a message's headers a proxy passes on. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Framing } from '../wire/index.ts';

/** By which an actor names the stream that a request opens. It is for the journal and goes no further. */
export const STREAM_HEADER = 'x-holdfast-stream';

/** They speak of one connection, and the proxy's two connections are its own (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const FRAMED: Readonly<Record<Framing, RegExp>> = {
  sse: /^text\/event-stream\b/i,
  ndjson: /^application\/(x-ndjson|ndjson|jsonl|json-lines|x-jsonlines|stream\+json)\b/i,
};

/**
 * Headers for the target, with the client's own `host`: a page compares it with its origin.
 * `accept-encoding` is left out: text within a compressed body cannot be counted.
 */
export function requestHeaders(request: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of endToEnd(request)) {
    const key = name.toLowerCase();
    // The server that took the request in has answered an expectation already.
    if (key === STREAM_HEADER || key === 'accept-encoding' || key === 'expect') continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** Headers for the client, as a flat list of names and values. */
export function responseHeaders(response: IncomingMessage): string[] {
  return [...endToEnd(response)].flat();
}

export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
}

/** The body is a stream of frames that the proxy can read. */
export function isFramed(response: IncomingMessage, framing: Framing): boolean {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  return encoding === 'identity' && FRAMED[framing].test(response.headers['content-type'] ?? '');
}

function* endToEnd({ rawHeaders, headers }: IncomingMessage): Generator<[name: string, value: string]> {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const key = name.toLowerCase();
    if (!HOP_BY_HOP.has(key) && !named.has(key)) yield [name, rawHeaders[i + 1]!];
  }
}
