import { request } from 'node:http';
import type { HttpRequest } from '../targets/target.ts';

const ANSWER_MS = 5_000;

/**
 * Whether a request is answered 2xx. Over a connection of its own, which is closed: a kept one would count among
 * the target's sockets.
 */
export function answersWell(origin: string, { method, path, headers, json }: HttpRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const req = request(new URL(path, origin), { method, headers: { ...type, ...headers }, agent: false });
    req.setTimeout(ANSWER_MS, () => req.destroy());
    req.once('error', () => resolve(false));
    req.once('response', (response) => {
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 300);
      // Even of a stream only the head is wanted.
      response.destroy();
    });
    req.end(body);
  });
}
