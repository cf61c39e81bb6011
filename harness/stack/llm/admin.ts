/** Requests to the mock LLM's admin API. All may be made again, so none fails for what befell the one before it. */
import { type Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../../errors.ts';

const ANSWER_MS = 10_000;

/**
 * @param agent may keep connections: one that has gone meanwhile is noticed, and the request made over another
 * @throws HF_LLM_ADMIN where it refuses, does not answer within 10 s or not at all
 */
export async function askAdmin(
  origin: string,
  agent: Agent,
  method: string,
  path: string,
  json?: unknown,
): Promise<unknown> {
  const refused = (what: string, cause?: unknown) =>
    new HoldfastError('HF_LLM_ADMIN', { request: `${method} ${path}`, what }, { cause });
  let status: number | undefined;
  let body: string;
  try {
    const response = await open(origin, method, path, json, { agent });
    status = response.statusCode;
    body = await text(response);
  } catch (error) {
    throw refused((error as Error).message, error);
  }
  if (status !== 200) throw refused(`HTTP ${status}: ${body.slice(0, 500)}`);
  return JSON.parse(body);
}

/**
 * Follows a stream of lines until it ends.
 *
 * @param silenceMs after so long without a byte it counts as broken
 * @throws Error that says how it broke, unless `signal` ended it
 */
export async function* followLines(
  origin: string,
  path: string,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal },
): AsyncGenerator<string> {
  const response = await open(origin, 'GET', path, undefined, { silenceMs, signal });
  if (response.statusCode !== 200) {
    throw new Error(`HTTP ${response.statusCode}: ${(await text(response)).slice(0, 500)}`);
  }
  let rest = '';
  for await (const part of response.setEncoding('utf8')) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function open(
  origin: string,
  method: string,
  path: string,
  json?: unknown,
  options: { silenceMs?: number; signal?: AbortSignal; agent?: Agent } = {},
): Promise<IncomingMessage> {
  const { silenceMs = ANSWER_MS, signal, agent = false } = options;
  return new Promise((resolve, reject) => {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const req = request(`${origin}${path}`, { method, headers, agent, ...(signal && { signal }) });
    req.setTimeout(silenceMs, () => req.destroy(new Error(`no answer for ${silenceMs} ms`)));
    req.once('error', (error: NodeJS.ErrnoException) => {
      if (req.reusedSocket && error.code === 'ECONNRESET') resolve(open(origin, method, path, json, options));
      else reject(error);
    });
    req.once('response', (response) => {
      // From here on an error is the response's, which its reader gets.
      req.on('error', () => {});
      resolve(response);
    });
    req.end(body);
  });
}
