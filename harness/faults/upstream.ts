import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import { hasBody, requestHeaders } from './headers.ts';

/**
 * Sends a client's request to the target, over a connection of its own: none is reused, so that no request fails
 * for what befell another, and closing it is seen by the target at once.
 *
 * @param origin of the target
 * @param on `answered` or `failed` (why, in words) is called once; `failed` never after `answered`
 * @returns undefined where the request could not even be made; `failed` was called
 */
export function askTarget(
  origin: string,
  from: IncomingMessage,
  on: { answered(response: IncomingMessage): void; failed(why: string): void },
): ClientRequest | undefined {
  const { hostname, port } = new URL(origin);
  const failed = (error: Error) => on.failed(`${origin}: ${error.message}`);
  let to: ClientRequest;
  try {
    to = openRequest({
      host: hostname,
      port,
      method: from.method,
      path: from.url,
      headers: requestHeaders(from),
      agent: false,
    });
  } catch (error) {
    failed(error as Error);
    return undefined;
  }
  // Node would announce a chunked body for a POST that has none.
  to.useChunkedEncodingByDefault = hasBody(from.headers);
  to.setNoDelay(true);
  let answered = false;
  to.on('response', (response) => {
    answered = true;
    on.answered(response);
  });
  to.on('error', (error) => {
    if (!answered) failed(error);
  });
  to.flushHeaders();
  from.pipe(to);
  return to;
}
